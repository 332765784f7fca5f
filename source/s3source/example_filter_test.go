package s3source_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"regexp"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// Only the organisation's trails, of the buckets that are meant, and nothing of the region that is switched off.
func ExampleFilter() {
	objects := s3source.Objects{
		Filter: s3source.Filter{
			Buckets: []string{"amzn-s3-demo-bucket", "amzn-s3-demo-bucket1"},
			Keys:    []s3source.Key{{Prefix: "AWSLogs/o-exampleorgid/", Suffix: ".json.gz"}},
			Except:  []s3source.Key{{Glob: "AWSLogs/*/*/CloudTrail/af-south-1/*/*/*/*"}, {Regexp: regexp.MustCompile(`/111122223333/`)}},
			MaxSize: 1 << 30,
		},
		Skipped: func(s s3source.Skip) { fmt.Println("skipped:", s.Reason, s.Origin.Place) },
	}
	for _, event := range []string{
		// As CloudTrail announces its files.
		`{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["AWSLogs/o-exampleorgid/123456789012/CloudTrail/us-east-1/2023/07/10/a.json.gz"]}`,
		`{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/2023/07/10/b.json.gz"]}`,
		`{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["AWSLogs/o-exampleorgid/123456789012/CloudTrail-Digest/us-east-1/2023/07/10/c.json.gz"]}`,
		`{"s3Bucket":"somebody-elses","s3ObjectKey":["AWSLogs/o-exampleorgid/123456789012/CloudTrail/us-east-1/2023/07/10/d.json.gz"]}`,
	} {
		payloads, _, err := objects.Notification([]byte(event))
		if err != nil {
			log.Fatal(err)
		}
		for _, p := range payloads {
			fmt.Println("to be read:", p.Origin.Place)
		}
	}
	// Output:
	// to be read: amzn-s3-demo-bucket/AWSLogs/o-exampleorgid/123456789012/CloudTrail/us-east-1/2023/07/10/a.json.gz
	// skipped: key amzn-s3-demo-bucket/AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/2023/07/10/b.json.gz
	// skipped: no log amzn-s3-demo-bucket/AWSLogs/o-exampleorgid/123456789012/CloudTrail-Digest/us-east-1/2023/07/10/c.json.gz
	// skipped: bucket somebody-elses/AWSLogs/o-exampleorgid/123456789012/CloudTrail/us-east-1/2023/07/10/d.json.gz
}

// What a lifecycle rule deletes before it was read is skipped. What may not be read is handed on as lost for good, which
// a pipeline puts into its dead letter.
func ExamplePolicy() {
	code := "NoSuchKey"
	client, stop := refusingClient(http.StatusNotFound, &code)
	defer stop()
	objects := s3source.Objects{
		Client:  client,
		Missing: s3source.PolicySkip,
		Denied:  s3source.PolicyDeadLetter,
		Skipped: func(s s3source.Skip) { fmt.Println("skipped:", s.Reason, s.Origin.Place) },
	}
	f := &source.Lambda{Decode: objects.Decode, Handler: printSizes}
	notification, err := os.ReadFile("testdata/put.json")
	if err != nil {
		log.Fatal(err)
	}
	_, err = f.Invoke(context.Background(), notification)
	fmt.Println(err)

	code = "AccessDenied"
	_, err = f.Invoke(context.Background(), notification)
	var permanent *source.Permanent
	fmt.Println(errors.As(err, &permanent))
	// Output:
	// skipped: missing amzn-s3-demo-bucket/HappyFace.jpg
	// 0 bytes
	// <nil>
	// true
}

// printSizes is a handler.
func printSizes(ctx context.Context, batch []*source.Payload) error {
	for _, p := range batch {
		body, err := p.Open(ctx)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, body)
		_ = body.Close()
		if err != nil {
			return err
		}
		fmt.Println(n, "bytes")
	}
	return nil
}
