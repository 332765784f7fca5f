//go:build race

package rule_test

// raceEnabled: sync.Pool then drops what it is given now and then.
const raceEnabled = true
