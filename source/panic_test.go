package source

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
)

// panicking is a decoder with a fault, which cannot be had from outside.
type panicking struct {
	t  *testing.T
	br *bufio.Reader
}

func (p panicking) Read(b []byte) (int, error) {
	if b[0] == 'r' {
		return p.br.Read(b)
	}
	panic("index out of range")
}

func (p panicking) release() { p.t.Error("the decoder was given back") }

func TestDecoderThatPanicsIsAPermanentError(t *testing.T) {
	d := &decompressor{in: input{r: strings.NewReader("x")}, limits: Limits{}.orDefaults(), format: formatZstd, off: 7}
	d.br = bufio.NewReader(&d.in)
	d.dec = panicking{t: t}
	_, err := d.Read(make([]byte, 1))
	var permanent *Permanent
	if want := "source: zstd: decoder panicked: index out of range at decompressed offset 7"; !errors.As(err, &permanent) || err.Error() != want {
		t.Errorf("got %v, want the permanent error %q", err, want)
	}
	if n, again := d.Read(make([]byte, 1)); n != 0 || again != err {
		t.Errorf("then got %d, %v", n, again)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestPanicOfThePayloadsReaderIsNotCaught(t *testing.T) {
	d := &decompressor{in: input{r: io.MultiReader(strings.NewReader("x"), panicReader{})}, limits: Limits{}.orDefaults()}
	d.br = bufio.NewReader(&d.in)
	d.dec = panicking{t: t, br: d.br}
	defer func() {
		if v := recover(); v != "the reader's own" {
			t.Errorf("recovered %v", v)
		}
		d.Close()
	}()
	if _, err := io.ReadFull(d, []byte("rr")); err != nil {
		t.Error(err)
	}
}

type panicReader struct{}

func (panicReader) Read([]byte) (int, error) { panic("the reader's own") }
