// Package servers starts the servers that the integration tests talk to: each function starts one, waits until it
// answers, and ends it with the test. All of them listen on the loopback interface alone.
//
// Programs are looked for in the tools folder, which `make tools` fills: STREAMALERT_TOOLS, else the folder .tools
// beside go.work. A test whose program is not there is skipped by its name; where the variable CI is "true" it fails.
// What a program printed is in the log of a test that failed.
package servers

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// The credentials and the region of every server here.
const (
	AccessKey = "AKIDTEST"
	SecretKey = "test-secret"
	Region    = "us-east-1"
)

// AWS is a running server of some AWS services. It is safe for concurrent use.
type AWS struct {
	// URL is its endpoint, without a slash at the end.
	URL string

	validation aws.ResponseChecksumValidation
}

// Config makes clients of the server, as in s3.NewFromConfig(a.Config()).
func (a *AWS) Config() aws.Config {
	return aws.Config{
		Region:                     Region,
		BaseEndpoint:               aws.String(a.URL),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: a.validation,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: AccessKey, SecretAccessKey: SecretKey}, nil
		}),
	}
}

// Env are the variables that lead the clients of another program to the server, for the environment of an exec.Cmd.
// service is what the SDK calls it in them: S3, SNS, SQS.
func (a *AWS) Env(service string) []string {
	env := []string{
		"AWS_ENDPOINT_URL_" + service + "=" + a.URL,
		"AWS_ACCESS_KEY_ID=" + AccessKey,
		"AWS_SECRET_ACCESS_KEY=" + SecretKey,
		"AWS_REGION=" + Region,
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false",
	}
	if a.validation == aws.ResponseChecksumValidationWhenRequired {
		env = append(env, "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required")
	}
	return env
}
