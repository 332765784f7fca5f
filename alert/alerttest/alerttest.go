// Package alerttest checks that a sink keeps the contract of [alert.Sink]: what it says it accepted has arrived, what it
// says it did not accept has not, whatever happens.
//
//	func TestSink(t *testing.T) {
//		alerttest.Run(t, func(t *testing.T) alerttest.Target {
//			server := newServer(t)
//			return alerttest.Target{
//				Sink:     mysink.New(server.URL),
//				Received: server.Alerts,
//				Refuse:   server.Refuse,
//			}
//		})
//	}
//
// Run the tests with -race: some of what a sink can do wrong only the race detector sees.
package alerttest

import (
	"testing"

	"github.com/streamalert/streamalert-go/alert"
)

// Harness makes a sink and the far end that it delivers to, both new and empty. It is called once for each check, and
// cleans up with t.
type Harness func(t *testing.T) Target

// Target is a sink and its far end. All but Stall is required.
type Target struct {
	Sink alert.Sink
	// Received returns the alerts that the far end has accepted by now, decoded from what it holds, in any order.
	Received func() ([]*alert.Alert, error)
	// Refuse makes the far end refuse the alerts with these IDs, and take all others again. Where it cannot refuse one
	// alone, it refuses what comes with it or after it, too.
	Refuse func(ids ...string)
	// Stall makes the far end accept nothing and answer nothing more. It is nil where a Send to such a far end cannot be
	// interrupted, as a Write cannot.
	Stall func()
}

// Run checks a sink, each part of the contract in a subtest. The subtests are not parallel, and nothing else must be
// while they run, since they count goroutines.
func Run(t *testing.T, h Harness) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			target := h(t)
			if c.stalls && target.Stall == nil {
				t.Log("not asked of a sink whose far end cannot stall")
				return
			}
			if err := c.run(target); err != nil {
				t.Error(err)
			}
		})
	}
}

// check is one part of the contract. run returns what is wrong.
type check struct {
	name   string
	run    func(Target) error
	stalls bool // needs Target.Stall
}

var checks = []check{
	{name: "every alert arrives as it is", run: arrives},
	{name: "an empty batch is accepted", run: empty},
	{name: "refusals are exact", run: refusals},
	{name: "what was refused can be sent again", run: again},
	{name: "an alert that stands in the batch twice is one alert", run: doubles},
	{name: "a huge alert arrives and harms no other", run: huge},
	{name: "a hostile alert arrives and harms no other", run: hostile},
	{name: "the batch is neither changed nor kept", run: kept},
	{name: "concurrent Sends do not mix", run: concurrent},
	{name: "a done context delivers nothing unsaid", run: done},
	{name: "a context that ends interrupts a Send", run: interrupted, stalls: true},
	{name: "no goroutine outlives a Send", run: goroutines},
}
