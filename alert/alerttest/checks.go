package alerttest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/streamalert/streamalert-go/alert"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

// alerts are n alerts with IDs that begin with prefix, as a real rule raises them.
func alerts(prefix string, n int) []*alert.Alert {
	batch := make([]*alert.Alert, n)
	for i := range batch {
		origin := parse.Origin{Kind: "s3", Place: "logs/AWSLogs/1.json.gz", ID: "v1"}
		batch[i] = &alert.Alert{
			ID:       fmt.Sprintf("%s-%d", prefix, i),
			Rule:     alert.RuleRef{ID: "aws.console.root-login", Title: "Root account signed in to the console"},
			Severity: rule.High,
			Log:      "aws.cloudtrail",
			Time:     time.Date(2023, 7, 10, 11, 42, 36, i, time.UTC),
			Detected: time.Date(2023, 7, 10, 11, 51, 2, 0, time.UTC),
			Origin:   alert.Origin{Origin: origin, Index: int64(i), Offset: int64(i) * 1300},
			Matched: []rule.Held{{Field: "eventName", Condition: `eventName = "ConsoleLogin"`,
				Value: json.RawMessage(`"ConsoleLogin"`)}},
			Record: json.RawMessage(fmt.Sprintf(`{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"},"n":%d}`, i)),
		}
	}
	return batch
}

// received are the alerts at the far end by ID, each as text says.
func received(t Target) (map[string]string, error) {
	all, err := t.Received()
	if err != nil {
		return nil, fmt.Errorf("the far end cannot be read: %w", err)
	}
	byID := make(map[string]string, len(all))
	for _, a := range all {
		text, err := text(a)
		if err != nil {
			return nil, err
		}
		if before, ok := byID[a.ID]; ok && before != text {
			return nil, fmt.Errorf("%s arrived twice, and not the same: %.500q and %.500q", a.ID, before, text)
		}
		byID[a.ID] = text
	}
	return byID, nil
}

// text is an alert's JSON in a form that is the same for the same values: a sink may write an escape for a character.
func text(a *alert.Alert) (string, error) {
	b, err := a.AppendJSON(nil)
	if err != nil {
		return "", err
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	b, err = json.Marshal(v)
	return string(b), err
}

// wantAll checks that the alerts have arrived as they are.
func wantAll(t Target, batch []*alert.Alert) error {
	got, err := received(t)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range batch {
		want, err := text(a)
		if err != nil {
			return err
		}
		switch have, ok := got[a.ID]; {
		case !ok:
			errs = append(errs, fmt.Errorf("%s was accepted and did not arrive", a.ID))
		case have != want:
			errs = append(errs, fmt.Errorf("%s arrived as %.500q, want %.500q", a.ID, have, want))
		}
	}
	return few(errs)
}

// wantExact checks what a Send answered against what has arrived: each alert has either failed or arrived.
func wantExact(t Target, answer error, batch []*alert.Alert) error {
	got, err := received(t)
	if err != nil {
		return err
	}
	failed := alert.Failed(answer, batch)
	var errs []error
	for _, a := range batch {
		_, arrived := got[a.ID]
		switch reason := failed[a.ID]; {
		case reason == nil && !arrived:
			errs = append(errs, fmt.Errorf("%s was accepted and did not arrive; the answer was: %v", a.ID, answer))
		case reason != nil && arrived:
			errs = append(errs, fmt.Errorf("%s arrived and was said to have failed: %v", a.ID, reason))
		}
	}
	return few(errs)
}

// few joins errors, of which the first say enough.
func few(errs []error) error {
	const most = 3
	if n := len(errs) - most; n > 0 {
		errs = append(errs[:most:most], fmt.Errorf("and %d more", n))
	}
	return errors.Join(errs...)
}

func arrives(t Target) error {
	for i, n := range []int{1, 25, 3} {
		batch := alerts(fmt.Sprint("batch-", i), n)
		if err := t.Sink.Send(context.Background(), batch); err != nil {
			return fmt.Errorf("batch of %d: %w", n, err)
		}
		if err := wantAll(t, batch); err != nil {
			return err
		}
	}
	return nil
}

func empty(t Target) error {
	for _, batch := range [][]*alert.Alert{nil, {}} {
		if err := t.Sink.Send(context.Background(), batch); err != nil {
			return err
		}
	}
	got, err := received(t)
	if len(got) > 0 {
		return fmt.Errorf("%d alerts arrived that nobody sent", len(got))
	}
	return err
}

// refused are the places of the alerts that the checks have refused, in a batch of 25: in the first of what may be
// several calls, at the end of one, and at the end of all.
var refused = []int{3, 9, 24}

// refuse sends 25 alerts of which some are refused, and returns those that failed.
func refuse(t Target) (batch, failed []*alert.Alert, err error) {
	batch = alerts("refused", 25)
	ids := make([]string, len(refused))
	for i, at := range refused {
		ids[i] = batch[at].ID
	}
	t.Refuse(ids...)
	answer := t.Sink.Send(context.Background(), batch)
	reasons := alert.Failed(answer, batch)
	for _, id := range ids {
		if reasons[id] == nil {
			return nil, nil, fmt.Errorf("%s was refused, and counts as accepted; the answer was: %v", id, answer)
		}
	}
	for _, a := range batch {
		if reasons[a.ID] != nil {
			failed = append(failed, a)
		}
	}
	return batch, failed, wantExact(t, answer, batch)
}

func refusals(t Target) error {
	if _, _, err := refuse(t); err != nil {
		return err
	}
	// A batch of which nothing is accepted.
	t.Refuse("alone-0")
	batch := alerts("alone", 1)
	answer := t.Sink.Send(context.Background(), batch)
	if answer == nil {
		return errors.New("a batch of one alert, which was refused, was accepted")
	}
	return wantExact(t, answer, batch)
}

func again(t Target) error {
	batch, failed, err := refuse(t)
	if err != nil {
		return err
	}
	t.Refuse()
	if err := t.Sink.Send(context.Background(), failed); err != nil {
		return fmt.Errorf("what failed, sent again: %w", err)
	}
	return wantAll(t, batch)
}

func doubles(t Target) error {
	batch := alerts("double", 12)
	batch = append(batch, batch...)
	if err := t.Sink.Send(context.Background(), batch); err != nil {
		return err
	}
	if err := wantAll(t, batch); err != nil {
		return err
	}
	batch = append(alerts("again", 2), alerts("again", 2)...)
	t.Refuse("again-1")
	answer := t.Sink.Send(context.Background(), batch)
	if alert.Failed(answer, batch)["again-1"] == nil {
		return fmt.Errorf("an alert that was refused twice counts as accepted; the answer was: %v", answer)
	}
	return nil
}

// huge allows a sink to leave out the record of an alert that is larger than it can deliver, and what else it must, if it
// says so.
func huge(t Target) error {
	batch := alerts("huge", 5)
	batch[2].Record = json.RawMessage(`{"a":"` + strings.Repeat("x", 4<<20) + `"}`)
	if err := t.Sink.Send(context.Background(), batch); err != nil {
		return err
	}
	all, err := t.Received()
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID == batch[2].ID && a.RecordOmitted && len(a.Record) == 0 && a.Rule.ID == batch[2].Rule.ID {
			return wantAll(t, append(batch[:2], batch[3:]...))
		}
	}
	return wantAll(t, batch)
}

func hostile(t Target) error {
	const attack = "\x00\x1b]0;x\x07\"\\\r\n\u0085\u2028\u202e\ufeff\ufffe\uffff\U0010ffff\u007f<&>'"
	batch := alerts("hostile", 6)
	for i, record := range []string{
		"no JSON: " + attack + "\xff\xed\xa0\x80",
		`{"a":"` + "\ufffe\uffff\U0010ffff\xff\xc3" + `"}`,
		"[\r\n\t1,\n\n2]\n",
		`"},"id":"another"`,
		strings.Repeat("[", 100_000),
	} {
		a := batch[i]
		a.Record = json.RawMessage(record)
		a.Matched[0] = rule.Held{Field: attack, Condition: attack, Value: json.RawMessage(record)}
		a.Rule.Title, a.Origin.Place = attack, attack
	}
	if err := t.Sink.Send(context.Background(), batch); err != nil {
		return err
	}
	return wantAll(t, batch)
}

func kept(t Target) error {
	batch, pristine := alerts("kept", 25), alerts("kept", 25)
	t.Refuse(batch[3].ID)
	failed := alert.Failed(t.Sink.Send(context.Background(), batch), batch)
	for i, a := range batch {
		if !reflect.DeepEqual(a, pristine[i]) {
			return fmt.Errorf("Send changed the alert at %d to %+v", i, a)
		}
	}
	// What the caller does with them now is its own affair.
	var accepted []*alert.Alert
	for i, a := range batch {
		if failed[a.ID] == nil {
			accepted = append(accepted, pristine[i])
		}
		clear(a.Record)
		*a, batch[i] = alert.Alert{ID: "gone"}, nil
	}
	t.Refuse()
	if err := t.Sink.Send(context.Background(), alerts("next", 1)); err != nil {
		return err
	}
	return wantAll(t, accepted)
}

func concurrent(t Target) error {
	const senders, sends, size = 8, 5, 12
	errs := make([]error, senders)
	var sent [senders][]*alert.Alert
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for n := range sends {
				batch := alerts(fmt.Sprintf("sender-%d-%d", s, n), size)
				sent[s] = append(sent[s], batch...)
				errs[s] = errors.Join(errs[s], t.Sink.Send(context.Background(), batch))
			}
		})
	}
	wg.Wait()
	for s := range senders {
		errs[s] = errors.Join(errs[s], wantAll(t, sent[s]))
	}
	return errors.Join(errs...)
}

func done(t Target) error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	batch := alerts("done", 25)
	answer := t.Sink.Send(ctx, batch)
	if err := wantExact(t, answer, batch); err != nil {
		return err
	}
	if answer != nil && !errors.Is(answer, context.Canceled) {
		return fmt.Errorf("the error does not tell that the context was done: %w", answer)
	}
	return nil
}

// soon is how quickly a Send has to return.
const soon = 10 * time.Second

func interrupted(t Target) error {
	t.Stall()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	batch := alerts("interrupted", 25)
	answer := make(chan error, 1)
	go func() { answer <- t.Sink.Send(ctx, batch) }()
	select {
	case err := <-answer:
		return fmt.Errorf("Send did not wait for the far end, and returned: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	cancel()
	select {
	case err := <-answer:
		if err == nil {
			return errors.New("Send was interrupted, and counts all as accepted")
		}
		return wantExact(t, err, batch)
	case <-time.After(soon):
		return errors.New("Send did not return after its context ended")
	}
}

// goroutines allows the far end and the connections to it a few goroutines of their own, but the sink none.
func goroutines(t Target) error {
	const sends, few = 50, 12
	before := runtime.NumGoroutine()
	for i := range sends {
		ctx, cancel := context.WithCancel(context.Background())
		if i%10 == 9 {
			cancel()
		}
		t.Refuse(fmt.Sprint("goroutines-", i, "-1"))
		_ = t.Sink.Send(ctx, alerts(fmt.Sprint("goroutines-", i), 3))
		cancel()
	}
	var left string
	for end := time.Now().Add(soon); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		left = startedBy(t.Sink)
		if left == "" && runtime.NumGoroutine() < before+few {
			return nil
		}
	}
	return fmt.Errorf("%d goroutines before %d Sends, %d after; of the sink's own: %s", before, sends,
		runtime.NumGoroutine(), left)
}

// startedBy is the stack of a goroutine that the package of the sink's type started, empty where there is none.
func startedBy(s alert.Sink) string {
	typ := reflect.TypeOf(s)
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	buf := make([]byte, 4<<20)
	buf = buf[:runtime.Stack(buf, true)]
	for stack := range strings.SplitSeq(string(buf), "\n\n") {
		if typ.PkgPath() != "" && strings.Contains(stack, "\ncreated by "+typ.PkgPath()+".") {
			return stack
		}
	}
	return ""
}
