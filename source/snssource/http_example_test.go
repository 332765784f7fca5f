package snssource_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/streamalert/streamalert-go/source"
	"github.com/streamalert/streamalert-go/source/snssource"
)

// An endpoint that takes the messages of one topic. What is not signed by SNS does not get in.
func ExampleHTTP() {
	endpoint := &snssource.HTTP{
		Topics: []string{"arn:aws:sns:us-east-1:123456789012:logs"},
		Handler: func(ctx context.Context, batch []*source.Payload) error {
			fmt.Println("received from", batch[0].Origin.Place)
			return nil
		},
	}
	server := httptest.NewServer(endpoint)
	defer server.Close()

	req, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(`{
		"Type": "Notification",
		"MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
		"TopicArn": "arn:aws:sns:us-east-1:123456789012:logs",
		"Message": "forged",
		"Timestamp": "`+time.Now().UTC().Format(time.RFC3339)+`",
		"SignatureVersion": "2",
		"Signature": "Zm9yZ2Vk",
		"SigningCertURL": "https://sns.us-east-1.amazonaws.com.example.com/forged.pem"
	}`))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("x-amz-sns-message-type", "Notification")
	req.Header.Set("x-amz-sns-topic-arn", "arn:aws:sns:us-east-1:123456789012:logs")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d %s", resp.StatusCode, answer)
	// Output: 403 Forbidden
}

// A service, in full: on SIGTERM it finishes the requests under way, and answers new ones so that SNS sends them again.
func ExampleHTTP_service() {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	ctx := source.WithStop(context.Background(), stop)

	mux := http.NewServeMux()
	mux.Handle("/sns", &snssource.HTTP{
		Topics:  []string{"arn:aws:sns:us-east-1:123456789012:logs"},
		Handler: handle, // a streamalert.Pipeline's Handle
		Logger:  slog.Default(),
	})
	server := &http.Server{
		Addr:        "127.0.0.1:8080", // behind something that ends TLS
		Handler:     mux,
		ReadTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() {
		defer cancel()
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Print(err)
		}
	}()
	<-stop.Done()
	end, cancelEnd := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancelEnd()
	if err := server.Shutdown(end); err != nil {
		log.Print(err)
	}
}

func handle(context.Context, []*source.Payload) error { return nil }
