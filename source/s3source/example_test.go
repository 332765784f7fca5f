package s3source_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/s3source"
)

// exampleClient is a client of a server that has one object in each bucket, as it would be of S3:
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	client := s3.NewFromConfig(cfg)
func exampleClient() (client *s3.Client, stop func()) {
	return clientOf(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"9b2cf535f27731c974343645a3985328"`)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"Records":[]}`)
		_ = z.Close()
	})
}

// refusingClient is a client of a server that refuses all with a code.
func refusingClient(status int, code *string) (client *s3.Client, stop func()) {
	return clientOf(func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, *code) })
}

func clientOf(h http.HandlerFunc) (client *s3.Client, stop func()) {
	srv := httptest.NewServer(h)
	return s3.New(s3.Options{
		BaseEndpoint: &srv.URL,
		UsePathStyle: true,
		Region:       "us-west-2",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "EXAMPLE"}, nil
		}),
	}), srv.Close
}

// printPayloads is a handler. Its nil tells Lambda that the objects are done.
func printPayloads(ctx context.Context, batch []*source.Payload) error {
	for _, p := range batch {
		body, err := p.Open(ctx)
		if err != nil {
			return err
		}
		defer body.Close()
		text, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		fmt.Printf("%v: %s\n", p.Origin, text)
	}
	return nil
}

// A Lambda function that a bucket invokes. Its main ends with
//
//	lambda.Start(f)
//
// which calls Invoke with the notifications.
func ExampleLambda() {
	client, stop := exampleClient()
	defer stop()
	f := s3source.Lambda(client, printPayloads)

	notification, err := os.ReadFile("testdata/put.json")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := f.Invoke(context.Background(), notification); err != nil {
		log.Fatal(err)
	}
	// Output:
	// s3:amzn-s3-demo-bucket/HappyFace.jpg@9b2cf535f27731c974343645a3985328: {"Records":[]}
}

// The same with limits of one's own.
func ExampleObjects() {
	client, stop := exampleClient()
	defer stop()
	objects := s3source.Objects{
		Client: client,
		Limits: source.Limits{Size: 10},
	}
	f := &source.Lambda{Decode: objects.Decode, Handler: printPayloads}

	notification, err := os.ReadFile("testdata/put.json")
	if err != nil {
		log.Fatal(err)
	}
	_, err = f.Invoke(context.Background(), notification)
	fmt.Println(err)
	// Output:
	// source: 1 of 1 payloads not accepted: s3:amzn-s3-demo-bucket/HappyFace.jpg@9b2cf535f27731c974343645a3985328: source: limit Size of 10 exceeded at decompressed offset 10
}
