package filesource

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"os"
	"slices"
)

// maxListed is how many entries of a folder are in memory, some 2 MB. A larger folder is read again for each so many.
const maxListed = 16 << 10

// list returns the first most entries of a folder that come after a name, and whether more follow. dir is a path below
// base. With an error come the entries that were read before it.
func list(ctx context.Context, base, dir, after string, most int) (entries []fs.DirEntry, more bool, err error) {
	f, err := openBelow(base, dir, os.O_RDONLY)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	first := &lowest{most: most}
	for {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		batch, err := f.ReadDir(1024)
		for _, e := range batch {
			if e.Name() > after {
				first.add(e)
			}
		}
		if err != nil {
			first.cut()
			if err == io.EOF {
				err = nil
			}
			return first.entries, first.dropped && err == nil, err
		}
	}
}

// lowest keeps the entries with the lowest names.
type lowest struct {
	most    int
	entries []fs.DirEntry
	dropped bool
	bound   string // what is dropped by it; of no meaning until something was
}

func (l *lowest) add(e fs.DirEntry) {
	if l.dropped && e.Name() > l.bound {
		return
	}
	l.entries = append(l.entries, e)
	if len(l.entries) >= 2*l.most {
		l.cut()
	}
}

// cut sorts the entries and drops what is too much.
func (l *lowest) cut() {
	slices.SortFunc(l.entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	if len(l.entries) > l.most {
		clear(l.entries[l.most:])
		l.entries = l.entries[:l.most]
		l.bound, l.dropped = l.entries[l.most-1].Name(), true
	}
}

// openBelow opens a path below base, and nothing that a symbolic link on the way would lead out of base to.
func openBelow(base, path string, flag int) (*os.File, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.OpenFile(path, flag, 0)
}
