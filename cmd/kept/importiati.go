package main

// ImportCmd reads published programmes.
type ImportCmd struct {
}
