// Package staff is the desk where those who work with Kept are known: their accounts, what each may be somewhere, how they
// sign in, what they have begun and not yet said in public, and which account did what.
//
// All of it lies in the server's own private database (store.Location.Server), and nothing of it in any book: an entry names
// an office or a team, never a person. Staff sign-in is the only personal data that Kept holds, and it holds a name that
// its owner chose, the means to recognise him, and times. No address and no browser is kept, so a session cannot be told
// apart by where it came from, only by when it began and was last used.
//
// This room knows who somebody is and which grants he has. What a grant allows is decided by the caller.
//
// # Accounts and invitations
//
// An account comes from a link that works once: the first admin's (First), an invitation (Invite, 14 days), a reset (Reset,
// 2 days). A reset changes nothing until it is used; then it replaces every former way to sign in, forgets the known
// devices and ends all sessions. A link that is unknown, used or expired is refused in the same words
// (TestInvitations, TestReset).
//
// There is always an admin who can sign in, once there has been one: the last cannot be ended, lose the role or lose his
// last way in, also if two admins end each other at once (TestLastAdmin, TestTwoAdminsEndEachOther). An account whose
// admin is ended cannot act any more, even in a request that was under way.
//
// # Tokens
//
// Links, sessions and devices are recognised by tokens of 160 random bits in base32. The database holds their SHA-256 only
// (TestNoTokenInClear), and what it finds is compared again in constant time.
//
// # The arithmetic of guessing
//
// Passwords are hashed with argon2id (19 MiB, 2 passes, 1 thread), two at once and no more; others wait. A name that
// nobody has, an ended account, one without a password and one without a grant in this office cost the same hash and get
// the same words (TestSignInRefusals).
//
// Whoever tries a name from a device that has never signed in to it shares one counter for that name, whether or not
// there is such an account. The first five failures are free; then attempts must lie 1, 2, 4, 8, 16, 32 and from then on 60
// seconds apart, and one that comes sooner is refused before anything is hashed. An hour without attempts clears the
// counter. So strangers get 11 guesses in the first minute and then one a minute: 1,440 a day, half a million a year for
// one name. A password of ten random lower-case letters stands for 10^14 guesses; one among the ten thousand most used would last a
// week, so the commonest are not taken. Guessing at many names at once is bounded by the hashing: at 25 ms and two at
// once 80 a second for all of them.
//
// A device that has signed in holds a token and has a counter of its own, with the same steps. So the owner gets in from it
// whatever strangers do, and a stolen device gives no faster guessing. Passkeys are not guessed and never slowed
// (TestStrangersAreSlowedOwnersAreNot).
//
// # Time
//
// A session ends after 30 days without use or 180 in all. Its last use is written at most once an hour. Acts are kept to the
// minute, for two years. Sweep deletes what is too old (TestSweep).
//
// # Known limits
//
// Somebody who tries one name without pause takes the one attempt a minute that strangers have, so its owner cannot sign in
// with the password from a device that is new to it until this ends; a passkey, a known device or a reset link gets him in. Hashing
// is shared by all names, so a flood of attempts makes everybody's slower; the server in front must bound requests.
package staff
