//go:build slow

package main

import "testing"

func TestReadmeRunSlow(t *testing.T) { requireReadme(t, "brunel") }
