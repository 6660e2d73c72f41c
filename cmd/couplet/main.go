// Command couplet simulates spiking networks that are described in YAML files.
//
//	couplet run examples/brunel.yaml
//
// Run couplet help for the commands. The exit code is 0 if all went well, 1 if a run failed or was
// stopped, and 2 if the command or the network file is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"couplet/sim"
	"couplet/sim/netfile"
)

// Exit codes.
const (
	exitOK    = 0
	exitRun   = 1 // a run failed or was stopped
	exitInput = 2 // wrong usage or invalid input
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(execute(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(stderr, message(err))
	return code(err)
}

// runError is the failure of a run, as opposed to a mistake in its input.
type runError struct{ error }

func (e runError) Unwrap() error { return e.error }

// code chooses the exit code of an error.
func code(err error) int {
	var failed runError
	if errors.As(err, &failed) {
		return exitRun
	}
	return exitInput
}

// message is what the user reads of an error.
func message(err error) string {
	var files *netfile.Errors
	var problems sim.Problems
	if errors.As(err, &files) || errors.As(err, &problems) {
		return err.Error()
	}
	return "couplet: " + err.Error()
}

// newRoot builds the tree of commands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "couplet",
		Short:         "An event-driven simulator of spiking networks",
		Long:          "couplet simulates spiking networks on one discrete-event scheduler: spikes travel, silence costs nothing.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(newRunCommand(), newValidateCommand(), newInspectCommand(), newPlotCommand(),
		newBenchCommand(), newSchemaCommand(), newVersionCommand())
	return root
}
