//go:build slow

package main

import "testing"

func TestReadmeRunSlow(t *testing.T) { requireReadme(t, "run", "brunel") }

func TestReadmeTrainSlow(t *testing.T) { requireReadme(t, "train", "mnist-ottt") }
