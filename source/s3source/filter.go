package s3source

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Filter selects objects by what announces them, before anything is fetched. The zero value selects all but what is
// known to hold no logs. What it leaves out is told to [Objects].Skipped and acknowledged. With one that is wrong (an empty
// Key, a malformed Glob) no object is left out, and none can be opened: all of them come again.
type Filter struct {
	// Buckets are the only ones that are read, by their exact names; an access point by its ARN as it is announced.
	// Empty allows all. Set it wherever others can send a message (a topic, a queue, a function that more than one
	// service may invoke): a message can name any bucket, and would be served whatever the role may read.
	Buckets []string
	// Keys are the objects that are read: those whose key one of them matches. Empty means every key.
	Keys []Key
	// Except are objects that are not read, although Keys has them.
	Except []Key
	// MinSize and MaxSize bound an object's bytes as stored; 0 is no bound. An announcement that does not tell the size
	// (CloudTrail's own, for one) is taken, and the answer looked at: what is outside is then a payload of no bytes.
	MinSize int64
	MaxSize int64
	// NoLogs delivers what is known to hold no logs too: CloudTrail's digests, and the file by which AWS Config tests
	// whether it may write.
	NoLogs bool
}

// Key matches the keys of objects, decoded: those for which each field that is set holds. One without any is wrong.
type Key struct {
	Prefix string
	Suffix string
	// Glob is a pattern for the whole key, as of [path.Match]: * and ? match no slash.
	Glob string
	// Regexp is found anywhere in the key, where it is not anchored.
	Regexp *regexp.Regexp
}

// reason is why an object is left out, or "".
func (f Filter) reason(ob object) SkipReason {
	switch {
	case len(f.Buckets) > 0 && !slices.Contains(f.Buckets, ob.bucket):
		return SkipBucket
	case isFolder(ob.key, ob.size):
		return SkipFolder
	case !f.NoLogs && holdsNoLogs(ob.key):
		return SkipNoLog
	case len(f.Keys) > 0 && !anyMatches(f.Keys, ob.key), anyMatches(f.Except, ob.key):
		return SkipKey
	case !f.hasSize(ob.size):
		return SkipSize
	}
	return ""
}

// check finds what is wrong with the filter, whichever object comes.
func (f Filter) check() error {
	for _, k := range slices.Concat(f.Keys, f.Except) {
		if k == (Key{}) {
			return errors.New("s3source: Filter has a Key without any field")
		}
		if _, err := path.Match(k.Glob, ""); err != nil {
			return fmt.Errorf("s3source: Filter has the Glob %q: %w", k.Glob, err)
		}
	}
	return nil
}

// hasSize says whether an object of n bytes is within the bounds. Less than 0 is not known.
func (f Filter) hasSize(n int64) bool {
	return n < 0 || n >= f.MinSize && (f.MaxSize <= 0 || n <= f.MaxSize)
}

func anyMatches(keys []Key, key string) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return k.matches(key) })
}

func (k Key) matches(key string) bool {
	if !strings.HasPrefix(key, k.Prefix) || !strings.HasSuffix(key, k.Suffix) || k.Regexp != nil && !k.Regexp.MatchString(key) {
		return false
	}
	if k.Glob == "" {
		return true
	}
	ok, err := path.Match(k.Glob, key)
	return ok && err == nil
}

// isFolder knows the objects that tools make to show a folder.
func isFolder(key string, size int64) bool { return size == 0 && strings.HasSuffix(key, "/") }

// holdsNoLogs knows objects that services put beside their logs:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
// https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
func holdsNoLogs(key string) bool {
	return strings.Contains(key, "/CloudTrail-Digest/") || path.Base(key) == "ConfigWritabilityCheckFile"
}
