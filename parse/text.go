package parse

import (
	"bytes"
	"errors"
	"iter"
	"reflect"
)

// Decoder turns one text, a line in most formats, into the fields of one record. It gives them to w, or returns why the
// text is none of its kind; what it gave then does not count. It keeps neither text nor w, must tell the same fields
// whenever it is asked of the same text, and is safe for concurrent use.
//
// It is asked for every record that it could be of, so its errors are made beforehand: a [Reason].
type Decoder interface {
	Decode(text []byte, w *Writer) error
}

// Starter is a Decoder that learns from the payload, such as the names of the columns from a header. Start is called for
// each payload, and the decoder it returns is used by one goroutine, and given all the payload's texts in their order.
// Where a text is given a second time, it means the same.
type Starter interface {
	Decoder
	Start() Decoder
}

// Framing tells where a text ends. It must be comparable, so a pointer where it holds what is not. Where it has a method
// Start() Framing, that makes one for each payload.
type Framing interface {
	// Frame tells how many bytes the first text in b takes, with what ends it, and which of these are the text. A size
	// of 0 asks for more bytes, which last tells there will not be: b is then all there is, and not empty. After an
	// error a text is lost: the bytes that it takes, or, where the size is 0, those of the line.
	Frame(b []byte, last bool) (size int, text []byte, err error)
}

// Reason is an error that is a constant: why a text is not of a format or a log type.
type Reason string

func (r Reason) Error() string { return string(r) }

// ErrNoRecord is what a [Decoder] returns of a text that is no record and nothing is lost with: a header, a comment.
const ErrNoRecord = Reason("no record")

// TextFormat frames a payload into texts and decodes each as a record. A byte order mark at the beginning and blank texts
// are passed over.
//
// A text that does not decode costs that record. It streams: memory grows with the largest record.
type TextFormat struct {
	Decoder Decoder
	// Framing tells where a text ends; nil is at a line's end, which is LF, CRLF, or the end of the payload.
	Framing Framing
}

// Parse yields the payload's records.
func (f TextFormat) Parse(in Input) iter.Seq2[*Record, error] {
	t := &texts{}
	t.add(recogniser{}, f)
	return formats{texts: t}.Parse(in)
}

// lines is the Framing of lines.
type lines struct{}

func (lines) Frame(b []byte, last bool) (size int, text []byte, err error) {
	n := bytes.IndexByte(b, '\n')
	switch {
	case n >= 0:
		return n + 1, trimCR(b[:n]), nil
	case last:
		return len(b), trimCR(b), nil
	}
	return 0, nil, nil
}

func trimCR(b []byte) []byte {
	if len(b) > 0 && b[len(b)-1] == '\r' {
		return b[:len(b)-1]
	}
	return b
}

// texts are the candidates for the texts of one payload.
type texts struct {
	of         []recogniser // whose candidates are made for the first text
	candidates []candidate
	framings   []Framing
	byLine     []bool  // by framing: it is that of lines
	frames     []frame // by framing
	last       int     // the candidate that won last
	reason     error   // why the text is not of the candidate that was asked last
}

// candidate is a log type that texts can be of; none where only a format was asked for.
type candidate struct {
	recogniser
	decoder Decoder
	framing int
}

// frame is the next text, as one framing sees it, in a window that had read this much.
type frame struct {
	size int
	text []byte
	err  error
	off  int64
	end  int
}

func (t *texts) add(r recogniser, f TextFormat) {
	c := candidate{recogniser: r, decoder: f.Decoder, framing: -1}
	if s, ok := f.Decoder.(Starter); ok {
		c.decoder = s.Start()
	}
	framing := f.Framing
	if framing == nil {
		framing = lines{}
	}
	if s, ok := framing.(interface{ Start() Framing }); ok {
		framing = s.Start()
	} else if reflect.TypeOf(framing).Comparable() {
		for i := range t.framings {
			if reflect.TypeOf(t.framings[i]).Comparable() && t.framings[i] == framing {
				c.framing = i
			}
		}
	}
	if c.framing < 0 {
		c.framing = len(t.framings)
		t.framings = append(t.framings, framing)
		_, byLine := framing.(lines)
		t.byLine = append(t.byLine, byLine)
		t.frames = append(t.frames, frame{})
	}
	t.candidates = append(t.candidates, c)
}

// text yields the record that begins here, or goes behind what is none.
func (s *scanner) text(yield func(*Record, error) bool) bool {
	t := s.texts
	if len(t.candidates) == 0 {
		for _, r := range t.of {
			t.add(r, r.Format.(TextFormat))
		}
	}
	for i := range t.frames {
		t.frames[i].off = -1
	}
	winner := t.last
	v := s.ask(winner)
	for i := 0; i < len(t.candidates) && v < blank; i++ {
		if i == t.last {
			continue
		}
		if v = max(v, s.ask(i)); v == taken {
			winner = i
		}
	}
	f := s.nextFrame(winner)
	if f == nil {
		v = failed
	}
	if v == taken {
		t.last = winner
		if lt := t.candidates[winner].LogType; lt != nil && lt.General {
			t.last = 0
		}
	}
	switch v {
	case failed:
		s.fail(yield)
		return false
	case blank, header:
		s.pos += f.size
		return true
	case ignored:
		s.stats.Records++
		s.stats.Skipped++
		s.index++
		s.pos += f.size
		return true
	case taken:
		return s.take(f.size, yield)
	}
	return s.refuse(f, yield)
}

// verdict is what a candidate says of a text, in the order of what counts more.
type verdict uint8

const (
	other   verdict = iota
	ignored         // known, with nothing to look at
	header          // no record
	blank
	failed // the reader
	taken
)

// ask asks one candidate.
func (s *scanner) ask(i int) verdict {
	t := s.texts
	c := &t.candidates[i]
	f := s.nextFrame(i)
	switch {
	case f == nil:
		return failed
	case f.err != nil:
		t.reason = f.err
		return other
	case len(f.text) > s.limit || f.size == 0:
		t.reason = ErrTooLong
		return other
	case len(trimSpace(f.text)) == 0:
		return blank
	case c.LogType != nil && c.Sniff != nil && !c.Sniff(f.text):
		t.reason = errSniff
		return other
	}
	s.writer.pick(&s.walker, s.trie, s.depth)
	s.writer.text = f.text
	err := c.decoder.Decode(f.text, &s.writer)
	for s.writer.depth > 0 {
		s.writer.End()
	}
	switch {
	case err == ErrNoRecord:
		return header
	case err == nil && s.writer.deep:
		err = ErrTooDeep
	}
	if err != nil {
		t.reason = err
		return other
	}
	r := &s.rec
	r.Index, r.Offset, r.Type = s.index, s.offset(), c.LogType
	r.raw, r.text, r.decoder, r.writer, r.depth = nil, f.text, c.decoder, &s.writer, s.depth
	if c.LogType == nil {
		return taken
	}
	if err = c.refuses(r); err == nil {
		return taken
	}
	t.reason = err
	if c.Ignore != nil && c.Ignore(r) {
		return ignored
	}
	return other
}

const errSniff = Reason("it does not look like one")

// take yields the record that the last winner decoded.
func (s *scanner) take(size int, yield func(*Record, error) bool) bool {
	s.stats.Records++
	on := true
	if s.index < s.skip {
		s.stats.Skipped++
	} else {
		on = yield(&s.rec, nil)
	}
	s.index++
	s.pos += size
	return on
}

// refuse loses the text that no candidate took.
func (s *scanner) refuse(f *frame, yield func(*Record, error) bool) bool {
	t := s.texts
	var reason error = ErrOther
	if len(t.candidates) == 1 {
		reason = t.reason
		if !errors.Is(reason, ErrTooLong) && !errors.Is(reason, ErrTooDeep) && !errors.Is(reason, ErrTruncated) {
			reason = &refusal{other: t.candidates[0].LogType != nil, why: reason}
		}
	}
	if f.size == 0 || len(f.text) > s.limit {
		if f.err == nil || len(f.text) > s.limit {
			reason = ErrTooLong
		}
		on := s.lose(&finder{until: lineEnd}, reason, yield)
		if s.pos < s.end {
			s.pos++ // the line's end
		}
		return on
	}
	raw := f.text
	if raw == nil {
		raw = s.rest()[:f.size]
	}
	on := s.lost(raw[:min(len(raw), s.limit)], reason, yield)
	s.pos += f.size
	return on
}

// refusal is why a text is none of what it should be: both a wrong syntax and, where it should be of a log type, another
// type than that.
type refusal struct {
	other bool
	why   error
}

func (e *refusal) Error() string {
	if e.other {
		return ErrOther.Error() + ": " + e.why.Error()
	}
	return ErrSyntax.Error() + ": " + e.why.Error()
}

func (e *refusal) Unwrap() []error {
	if e.other {
		return []error{e.why, ErrSyntax, ErrOther}
	}
	return []error{e.why, ErrSyntax}
}

// nextFrame is the next text as a candidate's framing sees it; nil where the reader fails before its end. Where the text is
// too long, or its framing refuses it, it has no size.
func (s *scanner) nextFrame(i int) *frame {
	t := s.texts
	c := t.candidates[i].framing
	f := &t.frames[c]
	if f.off == s.off && f.end == s.end {
		return f
	}
	if t.byLine[c] {
		if n := bytes.IndexByte(s.rest(), '\n'); n >= 0 {
			f.size, f.text, f.err, f.off, f.end = n+1, trimCR(s.rest()[:n]), nil, s.off, s.end
			return f
		}
	}
	f.size, f.text, f.err = 0, nil, nil
	framed := 0 // so many bytes were there when it was tried last
	for {
		b := s.rest()
		if n := len(b); s.err != nil || n >= 2*framed || n < manyBytes && bytes.IndexByte(b[framed:], '\n') >= 0 {
			f.size, f.text, f.err = t.framings[c].Frame(b, isEOF(s.err))
			framed = n
			if f.size < 0 || f.size > n {
				f.size, f.err = 0, Reason("framing takes what is not there")
			}
			if f.size > 0 || f.err != nil {
				break
			}
		}
		if s.err != nil || len(b) > s.limit+maxFrame {
			break
		}
		s.more()
	}
	if s.err != nil && !isEOF(s.err) && f.size == 0 && f.err == nil {
		return nil
	}
	f.off, f.end = s.off, s.end
	return f
}

const (
	// manyBytes is up to how many bytes a text is looked at again whenever a line more of it was read.
	manyBytes = 64 << 10
	// maxFrame is how much more than a text its frame may have.
	maxFrame = 64
)
