package sourcetest

import "testing"

// Checks are the suite's checks by name, so that tests can run them against sources that are broken.
func Checks() map[string]func(testing.TB, Harness) {
	m := map[string]func(testing.TB, Harness){}
	for _, c := range checks {
		m[c.name] = c.run
	}
	return m
}
