// Package alert delivers alerts.
package alert
