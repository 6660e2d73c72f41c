package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far a run is, on a terminal only.
type progress struct {
	bar  *progressbar.ProgressBar
	last time.Time
	text func(tick int64) string
}

// newProgress makes a bar that ends at total; it stays silent if w is not a terminal.
func newProgress(w io.Writer, total int64, text func(tick int64) string) *progress {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &progress{}
	}
	bar := progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionShowElapsedTimeOnFinish())
	return &progress{bar: bar, text: text}
}

// set moves the bar, at most a few times a second.
func (p *progress) set(tick int64) {
	if p.bar == nil || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last = time.Now()
	p.bar.Describe(p.text(tick))
	p.bar.Set64(tick)
}

// finish removes the bar.
func (p *progress) finish() {
	if p.bar != nil {
		p.bar.Finish()
	}
}
