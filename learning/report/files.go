package report

import (
	"io"

	"couplet/learning/picture"
)

// JSONFile is the name of the file with all numbers.
const JSONFile = "eval.json"

// pageFile is the name of the page.
const pageFile = "report.html"

// File is a file of the report.
type File struct {
	Name  string
	Write func(io.Writer) error
}

// Names lists the names of all files that Files can give, in the same order.
func Names() []string {
	return []string{
		"confusion.csv", "latency.csv", "rates.csv",
		"confusion.svg", "confusion.png", "latency.svg", "latency.png", "rates.svg", "rates.png",
		pageFile, JSONFile,
	}
}

// Files returns the files of the report in the order in which they are to be written: eval.json comes last,
// so that where it is, the others are too. A network without populations has no picture of rates.
func (r *Report) Files() ([]File, error) {
	pictures, err := r.pictures()
	if err != nil {
		return nil, err
	}
	files := []File{{"confusion.csv", r.WriteConfusion}, {"latency.csv", r.WriteLatency}, {"rates.csv", r.WriteRates}}
	for _, p := range pictures {
		files = append(files, File{p.Name + ".svg", p.WriteSVG}, File{p.Name + ".png", p.WritePNG})
	}
	page := func(w io.Writer) error { return r.writePage(w, pictures) }
	return append(files, File{pageFile, page}, File{JSONFile, r.WriteJSON}), nil
}

// pictures draws the pictures.
func (r *Report) pictures() ([]*picture.Picture, error) {
	confusion, err := picture.Confusion(r.Evaluation)
	if err != nil {
		return nil, err
	}
	latency, err := picture.Latency(r.Evaluation)
	if err != nil {
		return nil, err
	}
	list := []*picture.Picture{confusion, latency}
	if len(r.Evaluation.Work.Layers) > 0 {
		rates, err := picture.Rates(r.Evaluation.Work)
		if err != nil {
			return nil, err
		}
		list = append(list, rates)
	}
	return list, nil
}
