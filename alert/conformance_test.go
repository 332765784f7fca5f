package alert_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/alert/alerttest"
)

// disk is a file on a disk that is full where an alert begins that is to be refused.
type disk struct {
	mu      sync.Mutex
	text    bytes.Buffer
	refused []string
}

var errFull = errors.New("no space left on device")

// Write takes all up to the middle of the line that it refuses.
func (d *disk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for line := range bytes.Lines(p) {
		var a alert.Alert
		if json.Unmarshal(line, &a) == nil && slices.Contains(d.refused, a.ID) {
			half := len(line) / 2
			d.text.Write(line[:half])
			return n + half, errFull
		}
		d.text.Write(line)
		n += len(line)
	}
	return n, nil
}

func (d *disk) refuse(ids ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused = ids
}

// alerts are those of the lines that are whole.
func (d *disk) alerts() ([]*alert.Alert, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []*alert.Alert
	for line := range bytes.Lines(d.text.Bytes()) {
		var a alert.Alert
		if json.Unmarshal(line, &a) == nil {
			all = append(all, &a)
		}
	}
	return all, nil
}

func TestNDJSONKeepsTheContractOfSinks(t *testing.T) {
	alerttest.Run(t, func(*testing.T) alerttest.Target {
		d := &disk{}
		return alerttest.Target{Sink: alert.NDJSON(d), Received: d.alerts, Refuse: d.refuse}
	})
}
