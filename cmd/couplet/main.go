// Command couplet simulates spiking networks that are described in YAML files.
//
//	couplet run examples/brunel.yaml
//
// Run couplet help for the commands; docs/cli.md describes them. Results of commands go to standard
// output, remarks and errors to standard error. The exit code is 0 if all went well, 1 if a run failed
// or was stopped, and 2 if the command or its input is wrong.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"couplet/internal/kernel"
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
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	os.Exit(execute(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := kernel.EnvError(); err != nil {
		fmt.Fprintln(stderr, message(err))
	}
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

// message is what the user reads of an error: lines about a network file as they are, since they begin
// with its name, and everything else under the name of the program instead of that of a package.
func message(err error) string {
	var lines *netfile.Errors
	var problems sim.Problems
	var files invalidFiles
	if errors.As(err, &lines) || errors.As(err, &problems) || errors.As(err, &files) {
		return err.Error()
	}
	text := err.Error()
	for _, name := range []string{"sim: ", "netfile: ", "result: ", "limits: ", "kernel: ", "train: ", "runfile: ", "dataset: ", "hwmodel: ", "manycore: ", "energyreport: ", "estimate: ", "opcount: ", "neurobench: "} {
		text = strings.TrimPrefix(text, name)
	}
	return "couplet: " + text
}

// newRoot builds the tree of commands.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "couplet",
		Short:         "An event-driven simulator of spiking networks",
		Long:          "couplet simulates spiking networks on one discrete-event scheduler: spikes travel, silence costs nothing.",
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usageError(c, "%s", err) })
	root.AddCommand(newRunCommand(), newValidateCommand(), newInspectCommand(), newModelsCommand(), newPlotCommand(),
		newBenchCommand(), newTrainCommand(), newEvalCommand(), newEnergyCommand(), newMapCommand(), newCertifyCommand(), newSchemaCommand(), newVersionCommand())
	return root
}
