package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"couplet/learning/report"
)

// checkEvalDirectory tells beforehand whether an evaluation may be written to a directory: one that holds
// other files is left alone, and an earlier evaluation is only replaced if that is asked for.
func checkEvalDirectory(dir string, force bool) error {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a file; name a directory with --out", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.Contains(report.Names(), e.Name()) {
			return fmt.Errorf("%s holds %s, which is no part of an evaluation; it is left alone, name another directory with --out", dir, e.Name())
		}
	}
	if len(entries) > 0 && !force {
		return fmt.Errorf("%s holds an earlier evaluation; replace it with --force or name another directory with --out", dir)
	}
	return nil
}

// writeEvaluation writes the files of a report, each under a temporary name first. The file with all
// numbers goes away first and comes last, so that it never stands beside tables of another evaluation.
func writeEvaluation(dir string, r *report.Report) error {
	files, err := r.Files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	names := report.Names()
	slices.Reverse(names)
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, f := range files {
		if err := writeTo(filepath.Join(dir, f.Name), f.Write); err != nil {
			return err
		}
	}
	return nil
}
