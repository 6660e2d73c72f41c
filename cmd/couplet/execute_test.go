package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"couplet/sim"
)

// command runs a command line in this process, without the recordings of the user.
func command(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("COUPLET_DATA", "")
	var out, remarks bytes.Buffer
	code = execute(ctx, args, &out, &remarks)
	return code, out.String(), remarks.String()
}

// A run that is stopped before its network is built leaves nothing behind.
func TestStoppedWhileBuilding(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "out")
	code, stdout, stderr := command(t, ctx, "run", filepath.Join(examples, "couple.yaml"), "--out", dir)
	require.Equal(t, exitRun, code)
	require.Equal(t, "couplet: stopped while the network was built; nothing was written\n", stderr)
	require.Empty(t, stdout)
	require.NoDirExists(t, dir)

	code, _, _ = command(t, ctx, "inspect", filepath.Join(examples, "couple.yaml"))
	require.Equal(t, exitRun, code)
}

// expiring is a context that ends after it has been asked so many times: the engine asks once for every
// window of ticks, so that a run stops at the same tick every time.
type expiring struct {
	context.Context
	left int
}

func (c *expiring) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func (c *expiring) Done() <-chan struct{} { return nil }

// A run that is stopped at any place and resumed to its planned end is the whole run, also if it is
// stopped again.
func TestResumeAtAnyPlace(t *testing.T) {
	network := filepath.Join(examples, "couple.yaml")
	whole := filepath.Join(t.TempDir(), "whole")
	code, summary, _ := command(t, t.Context(), "run", network, "--out", whole)
	require.Equal(t, exitOK, code)
	for _, stops := range [][]int{{0}, {1}, {3, 60}, {249}} {
		dir := filepath.Join(t.TempDir(), "part")
		args := []string{"run", network, "--out", dir}
		for _, windows := range stops {
			code, _, stderr := command(t, &expiring{t.Context(), windows + 1}, args...) // the build asks once
			require.Equal(t, exitRun, code, stderr)
			require.Contains(t, stderr, "of 250 steps; run on with: couplet run --resume "+dir)
			args = []string{"run", "--resume", dir}
		}
		code, again, _ := command(t, t.Context(), args...)
		require.Equal(t, exitOK, code)
		require.Equal(t, summary, again)
		requireSameFiles(t, whole, dir)
	}
}

// requireSameFiles compares the files of two results, all but the wall-clock times.
func requireSameFiles(t *testing.T, want, got string) {
	t.Helper()
	list := func(dir string) []string {
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		for i := range names {
			names[i] = filepath.Base(names[i])
		}
		return names
	}
	require.Equal(t, list(want), list(got))
	for _, name := range list(want) {
		if name == "timing.json" || name == "pictures" {
			continue
		}
		a, err := os.ReadFile(filepath.Join(want, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(got, name))
		require.NoError(t, err)
		require.True(t, bytes.Equal(a, b), name)
	}
}

// A damaged checkpoint is refused.
func TestDamagedCheckpoint(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "part")
	code, _, _ := command(t, &expiring{t.Context(), 20}, "run", filepath.Join(examples, "couple.yaml"), "--out", dir)
	require.Equal(t, exitRun, code)
	path := filepath.Join(dir, "checkpoint.snapshot")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, damaged := range [][]byte{nil, whole[:len(whole)/2], bytes.Replace(whole, whole[:4], []byte("nope"), 1)} {
		require.NoError(t, os.WriteFile(path, damaged, 0o666))
		code, _, stderr := command(t, t.Context(), "run", "--resume", dir)
		require.Equal(t, exitInput, code)
		require.Contains(t, stderr, "couplet: "+path+": sim: ")
	}
	require.NoError(t, os.Remove(path))
	code, _, stderr := command(t, t.Context(), "run", "--resume", dir)
	require.Equal(t, exitInput, code)
	require.Contains(t, stderr, "couplet: nothing to resume: ")
}

func TestMessage(t *testing.T) {
	for text, err := range map[string]error{
		"couplet: reason":                errors.New("sim: reason"),
		"couplet: result: inner":         errors.New("result: result: inner"),
		"a: first\nb: second":            sim.Problems{{Path: "a", Message: "first"}, {Path: "b", Message: "second"}},
		"as it is":                       invalidFiles{errors.New("as it is")},
		"couplet: limits of the message": errors.New("limits of the message"),
	} {
		require.Equal(t, text, message(err))
	}
	require.Equal(t, exitRun, code(runError{errors.New("failed")}))
	require.Equal(t, exitInput, code(&sim.MemoryError{}))
}

// The manual of the command line names every command and every flag.
func TestManualIsComplete(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "cli.md"))
	require.NoError(t, err)
	manual := string(data)
	root := newRoot()
	require.Greater(t, len(root.Commands()), 7)
	for _, c := range root.Commands() {
		require.Contains(t, manual, "\n## couplet "+c.Name()+"\n")
		_, section, _ := strings.Cut(manual, "\n## couplet "+c.Name()+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		if networkCommand(c) {
			require.Contains(t, section, "network flags", c.Name())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if networkCommand(c) && newValidateCommand().Flags().Lookup(f.Name) != nil {
				section = manual
			}
			require.Contains(t, section, "`--"+f.Name, "%s --%s", c.Name(), f.Name)
		})
	}
}

// networkCommand tells whether a command has the flags of those that read a network file.
func networkCommand(c *cobra.Command) bool { return c.Flags().Lookup("host") != nil }
