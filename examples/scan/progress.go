package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is a bar on a terminal, and nothing elsewhere. What is written to it stands above the bar.
type progress struct {
	w   io.Writer
	bar *progressbar.ProgressBar // nil where there is no terminal
}

func newProgress(w io.Writer, paths []string) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(total(paths), progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription("scan"), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100e6))
	}
	return p
}

// total is how many bytes the files have; -1 where that cannot be known.
func total(paths []string) int64 {
	var n int64
	for _, path := range paths {
		if path == "-" {
			return -1
		}
		_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				if info, err := e.Info(); err == nil {
					n += info.Size()
				}
			}
			return nil // what cannot be listed is told when it is to be read
		})
	}
	return n
}

func (p *progress) add(n int64) {
	if p.bar != nil {
		_ = p.bar.Add64(n)
	}
}

func (p *progress) Write(b []byte) (int, error) {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	return p.w.Write(b)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
