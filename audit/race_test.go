//go:build race

package audit_test

// race says that the race detector runs, which makes everything several times slower and looks for something else.
const race = true
