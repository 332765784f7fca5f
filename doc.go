// Package streamalert knits sources, parsers, rules and sinks together.
package streamalert
