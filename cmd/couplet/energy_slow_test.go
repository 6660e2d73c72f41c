//go:build slow

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page in docs/energy is what the commands in docs/energy.md make.
func TestEnergyPageSlow(t *testing.T) {
	dir := t.TempDir()
	seven, page := filepath.Join(dir, "seven"), filepath.Join(dir, "page.html")
	code, _, stderr := command(t, t.Context(), "run", filepath.Join(shipped, "mnist-ottt-conv"), "--sample", "0", "--out", seven, "--quiet")
	require.Equal(t, exitOK, code, stderr)
	code, _, stderr = command(t, t.Context(), "energy", seven, "--tick-time", "1ms", "--clock", "75 MHz", "--ann-macs", "1021184",
		"--compare", "loihi_davies2018,truenorth_0v8,odin_0v55,spinnaker2,cmos45_int8,memory45_int8", "--html", page)
	require.Equal(t, exitOK, code, stderr)
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	want, err := os.ReadFile(filepath.Join("..", "..", "docs", "energy", "mnist-ottt-conv.html"))
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}
