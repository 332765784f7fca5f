package filesource

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
)

// maxListed is how many names of a folder are in memory, some 3 MB. A larger folder is read again for each so many.
const maxListed = 32 << 10

// entry is a name in a folder.
type entry struct {
	name string
	mode fs.FileMode
}

// list returns the first most entries of a folder that come after a name, in lexical order, and the name to go on
// after, "" at the end. dir is a path below base. With an error come the entries that could be read all the same.
func list(ctx context.Context, base, dir, after string, most int) (entries []entry, next string, err error) {
	root, err := openFolder(base, dir)
	if err != nil {
		return nil, "", err
	}
	defer root.Close()
	names, more, err := first(ctx, root, after, most)
	for _, name := range names {
		info, statErr := root.Lstat(name)
		switch {
		case statErr == nil:
			entries = append(entries, entry{name, info.Mode()})
		case err == nil && !errors.Is(statErr, fs.ErrNotExist): // which is gone already
			err = statErr
		}
	}
	if more {
		next = names[len(names)-1]
	}
	return entries, next, err
}

// first is list's names. Names alone are read, since a large folder is read often.
func first(ctx context.Context, root *os.Root, after string, most int) (names []string, more bool, err error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	low := &lowest{most: most}
	for {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		batch, err := f.Readdirnames(1024)
		for _, name := range batch {
			if name > after {
				low.add(name)
			}
		}
		if err != nil {
			low.cut()
			if err == io.EOF {
				err = nil
			}
			return low.names, low.dropped && err == nil, err
		}
	}
}

// lowest keeps the names that sort lowest.
type lowest struct {
	most    int
	names   []string
	dropped bool // some, because they sort behind the last of names
	bound   string
}

func (l *lowest) add(name string) {
	if l.dropped && name > l.bound {
		return
	}
	l.names = append(l.names, name)
	if len(l.names) >= 2*l.most {
		l.cut()
	}
}

// cut sorts the names and drops what is too much.
func (l *lowest) cut() {
	slices.Sort(l.names)
	if len(l.names) > l.most {
		clear(l.names[l.most:])
		l.names = l.names[:l.most]
		l.bound, l.dropped = l.names[l.most-1], true
	}
}

// openFolder opens a folder below base, and openBelow a file: nothing that a symbolic link on the way would lead out
// of base to.
func openFolder(base, dir string) (*os.Root, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.OpenRoot(dir)
}

func openBelow(base, path string, flag int) (*os.File, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.OpenFile(path, flag, 0)
}
