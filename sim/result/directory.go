package result

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// CheckpointFile is the name under which Run.Extra keeps the checkpoint of a run that was stopped.
const CheckpointFile = "checkpoint.snapshot"

// NetworkArraysFile is the name under which Run.Extra keeps the arrays that run.yaml refers to: long
// lists of weights and the like.
const NetworkArraysFile = "network.npz"

// CheckTarget tells beforehand whether Write could put a result at dir, so that nobody runs for an
// hour in vain.
func CheckTarget(dir string, force bool) error {
	target, err := resolve(dir)
	if err != nil {
		return err
	}
	if err := mayReplace(target, force); err != nil {
		return err
	}
	return mayWrite(filepath.Dir(target))
}

// mayWrite tells whether a directory can be made in a directory, or in the nearest one above it that
// exists. It tries, and leaves nothing behind.
func mayWrite(dir string) error {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	probe, err := os.MkdirTemp(dir, ".couplet-*")
	if err == nil {
		err = os.Remove(probe)
	}
	if err != nil {
		return fmt.Errorf("result: nothing can be written to %s: %w", dir, err)
	}
	return nil
}

// replaceDirectory fills a new directory and puts it in the place of dir by renaming. What is at dir
// before is looked at first; see [Write].
func replaceDirectory(dir string, force bool, fill func(dir string) error) (err error) {
	target, err := resolve(dir)
	if err != nil {
		return err
	}
	if err := mayReplace(target, force); err != nil {
		return err
	}
	parent := filepath.Dir(target)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	work, err := os.MkdirTemp(parent, "."+filepath.Base(target)+".unfinished-*")
	if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	defer func() {
		if left := os.RemoveAll(work); err == nil && left != nil {
			err = fmt.Errorf("result: %w", left)
		}
	}()
	// MkdirTemp's directory is private to the user; the one inside has the usual permissions.
	made := filepath.Join(work, "new")
	if err := os.Mkdir(made, 0o777); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	if err := fill(made); err != nil {
		return err
	}
	return swap(made, target, filepath.Join(work, "old"))
}

// resolve follows a symbolic link, so that the directory is replaced and not the link.
func resolve(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("result: %w", err)
	}
	target, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return abs, nil
	}
	if err != nil {
		return "", fmt.Errorf("result: %w", err)
	}
	return target, nil
}

// swap renames made to target; what was there is moved to made or old, and back if the renaming fails.
// Where the system can, both happen in one step, so that a process that is killed leaves one or the
// other at target.
func swap(made, target, old string) error {
	if exchange(made, target) == nil {
		return nil
	}
	existed := true
	if err := os.Rename(target, old); errors.Is(err, fs.ErrNotExist) {
		existed = false
	} else if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	if err := os.Rename(made, target); err != nil {
		if existed {
			err = errors.Join(err, os.Rename(old, target))
		}
		return fmt.Errorf("result: %w", err)
	}
	return nil
}

// mayReplace says whether a result may be written to target.
func mayReplace(target string, force bool) error {
	info, err := os.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("result: %s is a file; name a directory that does not exist yet", target)
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	if len(entries) == 0 {
		return nil
	}
	if !isResult(target) {
		return fmt.Errorf("result: %s is not empty and not a result of couplet; it is left alone, name another directory", target)
	}
	if stranger := foreign(target, entries); stranger != "" {
		return fmt.Errorf("result: %s holds %s, which couplet did not write; move it away or name another directory", target, stranger)
	}
	if !force {
		return fmt.Errorf("result: %s holds an earlier result; name another directory, or force its replacement", target)
	}
	return nil
}

// isResult tells whether a directory has a summary of couplet, of this or another version.
func isResult(dir string) bool {
	data, err := readBounded(filepath.Join(dir, summaryFile), maxText)
	if err != nil {
		return false
	}
	var head struct {
		Format string `json:"format"`
	}
	kind, _, _ := strings.Cut(format, "/")
	return json.Unmarshal(data, &head) == nil && strings.HasPrefix(head.Format, kind+"/")
}

// foreign returns the path of the first file in a result directory that couplet does not write
// there, or "".
func foreign(dir string, entries []fs.DirEntry) string {
	for _, e := range entries {
		switch e.Name() {
		case configFile, summaryFile, timingFile, spikesFile, spikesTable, tracesFile, tracesTable, weightsFile, reportFile, CheckpointFile, NetworkArraysFile:
			if e.Type().IsRegular() {
				continue
			}
		case picturesDir:
			pictures, err := os.ReadDir(filepath.Join(dir, picturesDir))
			if err == nil && e.IsDir() {
				if stranger := foreignPicture(pictures); stranger != "" {
					return picturesDir + "/" + stranger
				}
				continue
			}
		}
		return e.Name()
	}
	return ""
}

func foreignPicture(entries []fs.DirEntry) string {
	for _, e := range entries {
		switch filepath.Ext(e.Name()) {
		case picturePixels, pictureVector:
			if e.Type().IsRegular() {
				continue
			}
		}
		return e.Name()
	}
	return ""
}
