//go:build !race

package audit_test

const race = false
