package s3source

// ContentRange is fuzzed.
var ContentRange = contentRange
