package s3source

import "github.com/streamalert/streamalert-go/parse"

// Skip is something that was announced and that no handler gets a byte of, by what [Objects] says.
type Skip struct {
	// Origin is the object's, as far as it is known. Its Place is "" where what was announced is no object.
	Origin parse.Origin
	Reason SkipReason
	// Err is why the object could not be read, of SkipMissing and SkipDenied; else nil.
	Err error
}

// SkipReason is why something is skipped, in words that can be the label of a metric.
type SkipReason string

// What is skipped. All but the last two yields no payload at all, unless it shows only when the object is opened; then
// the payload has no bytes.
const (
	SkipEvent   SkipReason = "event"   // of another type than the creation of an object: S3's test event, a removal
	SkipFolder  SkipReason = "folder"  // no bytes, and a key that ends in a slash
	SkipBucket  SkipReason = "bucket"  // not in Filter.Buckets; it was not contacted
	SkipNoLog   SkipReason = "no log"  // known to hold no logs, see Filter.NoLogs
	SkipKey     SkipReason = "key"     // not of Filter.Keys, or of Filter.Except
	SkipSize    SkipReason = "size"    // outside of Filter.MinSize and Filter.MaxSize
	SkipMissing SkipReason = "missing" // not there, where Missing is PolicySkip
	SkipDenied  SkipReason = "denied"  // not to be read, where Denied is PolicySkip
)

// skip tells the user.
func (o Objects) skip(origin parse.Origin, reason SkipReason, err error) {
	if o.Skipped != nil {
		o.Skipped(Skip{Origin: origin, Reason: reason, Err: err})
	}
}
