// Package parse turns bytes into log records.
package parse
