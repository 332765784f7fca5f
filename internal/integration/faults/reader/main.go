// Program reader reads the objects 0 to 19 of a bucket at once, from the S3 server at its only argument, and prints how
// many bytes came. The test of its memory runs it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

func main() {
	client := s3.New(s3.Options{BaseEndpoint: &os.Args[1], UsePathStyle: true, Region: "us-east-1", Credentials: aws.AnonymousCredentials{}})
	var keys []string
	for i := range 20 {
		keys = append(keys, fmt.Sprintf(`"%d"`, i))
	}
	event := json.RawMessage(`{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":[` + strings.Join(keys, ",") + `]}`)
	batch, err := s3source.Objects{Client: client}.Decode(context.Background(), event)
	if err != nil {
		log.Fatal(err)
	}
	var all atomic.Int64
	var readers, opened sync.WaitGroup
	opened.Add(len(batch.Payloads))
	for _, p := range batch.Payloads {
		readers.Go(func() {
			n, err := read(p, &opened)
			if err != nil {
				log.Fatal(err)
			}
			all.Add(n)
		})
	}
	readers.Wait()
	fmt.Println(len(batch.Payloads), all.Load())
}

// read reads an object, once all are open.
func read(p *source.Payload, opened *sync.WaitGroup) (int64, error) {
	r, err := p.Open(context.Background())
	opened.Done()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	opened.Wait()
	return io.Copy(io.Discard, r)
}
