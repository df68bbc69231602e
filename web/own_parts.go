package web

import "net/url"

// What follows gives the parts of a page of accounts the page itself, since a part speaks the page's language.

// GrantPart is a role with its page.
type GrantPart struct {
	Page
	Grant GrantLine
}

// WithGrant gives a part a role.
func (p Page) WithGrant(g GrantLine) GrantPart { return GrantPart{p, g} }

// AccountPart is an account with its page.
type AccountPart struct {
	Page
	Account AccountLine
}

// WithAccount gives a part an account.
func (p Page) WithAccount(a AccountLine) AccountPart { return AccountPart{p, a} }

// AccountLink is the address of an account's page in the admin's office, or of a page behind it.
func (p Page) AccountLink(id string, behind ...string) string {
	address := "accounts/" + url.PathEscape(id)
	for _, b := range behind {
		address += "/" + b
	}
	return p.OfficeLink(address)
}

// Begin is where the script begins to make a passkey.
func (i Invitation) Begin() string { return "invitations/" + url.PathEscape(i.token) + "/passkey" }
