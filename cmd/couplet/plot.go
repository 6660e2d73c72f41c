package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"couplet/sim/result"
)

func newPlotCommand() *cobra.Command {
	statsFrom := ""
	c := &cobra.Command{
		Use:   "plot DIR",
		Short: "Draw the pictures and the report of a result directory anew",
		Long: `Draw the pictures and the report of a result directory anew, from its recordings. With
--stats-from the statistics are also taken anew.`,
		Example:           "  couplet plot results/brunel --stats-from '100 ms'",
		Args:              oneArgument("a result directory", "results/brunel"),
		ValidArgsFunction: completeDirectories,
		RunE: func(c *cobra.Command, args []string) error {
			if err := plot(args[0], statsFrom); err != nil {
				return err
			}
			_, err := fmt.Fprintln(c.OutOrStdout(), filepath.Join(args[0], "report.html"))
			return err
		},
	}
	c.Flags().StringVar(&statsFrom, "stats-from", "", "leave out of the statistics what lies before this time, as in '100 ms' (default: as before)")
	return c
}

// plot reads a result and writes it again.
func plot(dir, statsFrom string) error {
	run, err := result.Load(dir)
	if err != nil {
		return err
	}
	if statsFrom != "" {
		if run.StatsFromMs, err = modelDuration(statsFrom, run.Outline.Steps); err != nil {
			return fmt.Errorf("--stats-from %w", err)
		}
	}
	if err := keepExtra(dir, run); err != nil {
		return err
	}
	run.Force = true
	if err := result.Write(dir, *run); err != nil {
		return runError{err}
	}
	return nil
}
