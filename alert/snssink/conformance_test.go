package snssink_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/alerttest"
	"github.com/streamalert/streamalert-go/alert/snssink"
)

func TestSinkKeepsTheContractOfSinks(t *testing.T) {
	for name, arn := range map[string]string{"standard topic": topic, "FIFO topic": fifo} {
		t.Run(name, func(t *testing.T) {
			alerttest.Run(t, func(t *testing.T) alerttest.Target {
				s := newServer(t)
				return alerttest.Target{
					Sink:     snssink.New(s.client(), arn),
					Received: s.Alerts,
					Refuse:   s.Refuse,
					Stall:    s.Stall,
				}
			})
		})
	}
}

// Alerts are the alerts that the topic took.
func (s *server) Alerts() ([]*alert.Alert, error) {
	var all []*alert.Alert
	for _, e := range s.Accepted() {
		var a alert.Alert
		if err := json.Unmarshal([]byte(e.Message), &a); err != nil {
			return nil, err
		}
		all = append(all, &a)
	}
	return all, nil
}

// Refuse refuses the entries of these alerts.
func (s *server) Refuse(ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Answer = func(e entry) answer {
		var a alert.Alert
		if json.Unmarshal([]byte(e.Message), &a) == nil && slices.Contains(ids, a.ID) {
			return answer{Code: "InternalError", Message: "refused"}
		}
		return answer{}
	}
}

// Stall makes calls wait for as long as their connection stands.
func (s *server) Stall() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stalled = true
}
