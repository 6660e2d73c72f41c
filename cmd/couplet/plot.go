package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"couplet/sim/result"
)

func newPlotCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "plot DIR",
		Short: "Draw the pictures and the report of a result directory anew",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			run, err := result.Load(args[0])
			if err != nil {
				return err
			}
			run.Force = true
			if err := result.Write(args[0], *run); err != nil {
				return runError{err}
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "drawn: %s\n", filepath.Join(args[0], "report.html"))
			return err
		},
	}
}
