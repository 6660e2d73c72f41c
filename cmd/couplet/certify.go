package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"couplet/learning/certify"
)

// certifyFlags are the flags of couplet certify.
type certifyFlags struct {
	options  certify.Options
	contrast bool
	csv      string
	charts   []string
}

func newCertifyCommand() *cobra.Command {
	f := &certifyFlags{}
	c := &cobra.Command{
		Use:   "certify",
		Short: "Hold the optimisers against the lower bound of the PL class",
		Long: `Run every optimiser on the hard function of the Polyak-Łojasiewicz class and compare the gradients it
needs with the least that any method can do with: no method may beat the bound, and none may reach
a coordinate before its turn. --contrast adds the number of gradients against the condition number, there
and on a strongly convex quadratic, where momentum takes its square root.`,
		Example: "  couplet certify\n  couplet certify --length 10 --blocks 20 --chart bound.svg --contrast",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, name := range f.charts {
				if ext := filepath.Ext(name); ext != ".png" && ext != ".svg" {
					return usageError(c, "--chart %s: must end with .png or .svg", name)
				}
			}
			return f.run(c.Context(), c.OutOrStdout())
		},
	}
	fs := c.Flags()
	fs.IntVar(&f.options.Length, "length", 20, "coordinates in a block of the hard function")
	fs.IntVar(&f.options.Blocks, "blocks", 40, "blocks of the hard function")
	fs.Float64SliceVar(&f.options.Eps, "eps", []float64{0.1, 0.01, 0.001}, "parts of the first value to be reached, descending")
	fs.IntVar(&f.options.Iterations, "iterations", 0, "most gradients of a method (default: 100 times the bound)")
	fs.BoolVar(&f.contrast, "contrast", false, "also compare condition numbers, here and on a strongly convex function")
	fs.StringVar(&f.csv, "csv", "", "write the course of every method to this file")
	fs.StringArrayVar(&f.charts, "chart", nil, "draw the course of every method with the bound into this .png or .svg file")
	return c
}

// run certifies, prints the table and writes the files; a method that breaks the bound is a failure.
func (f *certifyFlags) run(ctx context.Context, w io.Writer) error {
	report, err := certify.Certify(ctx, f.options)
	if err != nil {
		return certifyError(ctx, err)
	}
	if err := report.WriteTable(w); err != nil {
		return runError{err}
	}
	if err := f.write(report); err != nil {
		return runError{err}
	}
	if f.contrast {
		if err := contrast(ctx, w); err != nil {
			return certifyError(ctx, err)
		}
	}
	if err := report.Err(); err != nil {
		return runError{err}
	}
	return nil
}

// certifyError tells an interrupted run from options that make no sense.
func certifyError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return runError{err}
	}
	return err
}

// write writes the files that were asked for.
func (f *certifyFlags) write(report *certify.Report) error {
	if f.csv != "" {
		if err := writeTo(f.csv, report.WriteCSV); err != nil {
			return err
		}
	}
	if len(f.charts) == 0 {
		return nil
	}
	chart, err := report.Chart()
	if err != nil {
		return err
	}
	for _, name := range f.charts {
		draw := chart.WritePNG
		if strings.HasSuffix(name, ".svg") {
			draw = chart.WriteSVG
		}
		if err := writeTo(name, draw); err != nil {
			return err
		}
	}
	return nil
}

// writeTo writes a file under a temporary name and renames it.
func writeTo(name string, write func(io.Writer) error) error {
	work, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".unfinished-*")
	if err != nil {
		return err
	}
	defer os.Remove(work.Name()) // fails after the renaming, as it should
	if err := write(work); err != nil {
		work.Close()
		return err
	}
	if err := work.Chmod(0o644); err != nil {
		work.Close()
		return err
	}
	if err := work.Close(); err != nil {
		return err
	}
	return os.Rename(work.Name(), name)
}

// contrast prints how the number of gradients grows with the condition number.
func contrast(ctx context.Context, w io.Writer) error {
	for _, study := range []func(context.Context, certify.StudyOptions) (*certify.Study, error){certify.StudyPL, certify.StudyConvex} {
		s, err := study(ctx, certify.StudyOptions{})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "\n%s\n", s.Function); err != nil {
			return err
		}
		if err := s.WriteTable(w); err != nil {
			return err
		}
	}
	return nil
}
