//go:build !slow

package sim_test

// slow tells that tests may take as long as they need: go test -tags slow.
const slow = false
