package staff

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/secure/precis"
)

// Limits of names and passwords, in characters.
const (
	NameShortest     = 2
	NameLongest      = 60
	PasswordShortest = 10
	PasswordLongest  = 200
)

// tidyName returns a name as it is shown, and as it is compared: the Nickname profile of RFC 8266, which knows what
// looks alike and refuses what cannot be seen.
func tidyName(name string) (shown, folded string, err error) {
	shown, err = precis.Nickname.String(name)
	if err == nil {
		folded, err = precis.Nickname.CompareKey(shown)
	}
	if n := utf8.RuneCountInString(shown); err != nil || n < NameShortest || n > NameLongest || !strings.ContainsFunc(shown, unicode.IsLetter) {
		return "", "", refuse("name", "Min", NameShortest, "Max", NameLongest)
	}
	return shown, folded, nil
}

// spell brings the ways to type one password on different keyboards together: the OpaqueString profile of RFC 8265.
func spell(password string) (string, error) { return precis.OpaqueString.String(password) }

// tidyPassword checks a new password and spells it. There are no rules about its letters, but what is tried first
// by everybody who guesses is refused.
func tidyPassword(password, name string) (string, error) {
	if utf8.RuneCountInString(password) < PasswordShortest {
		return "", refuse("password-short", "Min", PasswordShortest)
	}
	if len(password) > PasswordLongest*utf8.UTFMax || utf8.RuneCountInString(password) > PasswordLongest {
		return "", refuse("password-long", "Max", PasswordLongest)
	}
	password, err := spell(password)
	if err != nil {
		return "", refuse("password-letters")
	}
	if utf8.RuneCountInString(password) < PasswordShortest {
		return "", refuse("password-short", "Min", PasswordShortest)
	}
	if common(password) {
		return "", refuse("password-common")
	}
	bare, without := letters(password), letters(name)
	if strings.Contains(bare, without) && utf8.RuneCountInString(strings.ReplaceAll(bare, without, "")) < enough {
		return "", refuse("password-name")
	}
	return password, nil
}

// enough is how many characters a password has besides what is guessed, and how many different ones.
const enough = 5

// letters leaves out what people put between or around a word.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// rows are the orders in which keys lie or letters are learned.
var rows = []string{
	"0123456789012345678901234567890", "qwertyuiopasdfghjklzxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
	"1qaz2wsx3edc4rfv5tgb6yhn", "q1w2e3r4t5y6u7i8o9p0", "abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
}

// words are those that passwords begin with when somebody is told to have one.
var words = []string{
	"password", "passw0rd", "passwort", "letmein", "welcome", "iloveyou", "changeme", "administrator", "admin", "qwerty", "princess",
	"sunshine", "football", "baseball", "superman", "trustno1", "woaini", "parol", "secret", "login", "default", "kept",
}

// common says whether a password is one of those that are tried first: few different characters, one piece over and over, keys
// in their order, or a common word with little besides.
func common(password string) bool {
	if different := slices.Compact(slices.Sorted(slices.Values([]rune(password)))); len(different) < enough {
		return true
	}
	runes := []rune(letters(password))
	if len(runes) < PasswordShortest/2 {
		return false // it is made of signs
	}
	password = string(runes)
	for n := 1; n <= len(runes)/2; n++ {
		if strings.HasPrefix(strings.Repeat(string(runes[:n]), len(runes)/n+1), password) {
			return true
		}
	}
	reversed := slices.Clone(runes)
	slices.Reverse(reversed)
	for _, row := range rows {
		if strings.Contains(row, password) || strings.Contains(row, string(reversed)) {
			return true
		}
	}
	for _, word := range words {
		rest, found := strings.CutPrefix(password, word)
		if found && (len(rest) < enough || strings.Trim(rest, "0123456789") == "" && len(rest) <= 8) {
			return true
		}
	}
	return false
}

// hashers is how many passwords are hashed at once. Each takes 19 MiB and a core.
const hashers = 2

// cost is what OWASP names as the least for argon2id with one thread.
var cost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// turn waits until a password may be hashed.
func (d *Desk) turn(ctx context.Context) (done func(), err error) {
	select {
	case d.hashing <- struct{}{}:
		return func() { <-d.hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (d *Desk) hash(ctx context.Context, password string) (string, error) {
	done, err := d.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return argon2id.CreateHash(password, cost)
}

// dummy is the hash, at the same cost, of 160 random bits that were thrown away.
const dummy = "$argon2id$v=19$m=19456,t=2,p=1$wRKA27gKFOJLYO4zL3EMpw$jIq5tz8qBlConQ8e9k/kQxufCJHnzuTa35KHpLLHHko"

// matches compares a typed password with a hash; with "" it takes the same time and says no.
func (d *Desk) matches(ctx context.Context, password, hash string) (bool, error) {
	if spelled, err := spell(password); err == nil {
		password = spelled // what cannot be spelled is no password
	}
	if len(password) > PasswordLongest*utf8.UTFMax {
		password = ""
	}
	done, err := d.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if hash == "" {
		_, err := argon2id.ComparePasswordAndHash(password, dummy)
		return false, err
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}
