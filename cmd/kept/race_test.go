//go:build race

package main

// race says that the race detector runs, which makes everything several times slower and looks for something else.
const race = true
