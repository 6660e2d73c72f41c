package main

import (
	"io"

	"couplet/hwmodel"
	"couplet/hwmodel/energyreport"
)

// write writes the files that were asked for, each under another name first and renamed.
func (j *energyJob) write() error {
	f := j.flags
	if f.csv != "" {
		table := j.bill.WriteCSV
		if j.comparison != nil {
			table = j.comparison.WriteCSV
		}
		if err := writeTo(f.csv, table); err != nil {
			return err
		}
	}
	if f.pprof != "" {
		if err := writeTo(f.pprof, func(w io.Writer) error { return j.bill.WritePprof(w, pprofUnit(f.pprofUnit)) }); err != nil {
			return err
		}
		j.screen.remark("profile in %s: open it with go tool pprof -http : %s", f.pprof, f.pprof)
	}
	if f.html == "" {
		return nil
	}
	r, err := j.report()
	if err != nil {
		return err
	}
	if err := writeTo(f.html, r.WritePage); err != nil {
		return err
	}
	j.screen.remark("page in %s", f.html)
	return nil
}

// pprofUnit is the unit of a word of --pprof-unit.
func pprofUnit(word string) hwmodel.EnergyUnit {
	for _, u := range energyUnits {
		if u.String() == word {
			return u
		}
	}
	return hwmodel.Picojoules
}

// whatIf are the questions of the sensitivity analysis.
var whatIf = hwmodel.WhatIf{Rates: []float64{0.5, 2}, WeightBits: []int{4}}

// sensitivity asks what other assumptions would change in the bill.
func (j *energyJob) sensitivity() ([]hwmodel.Variation, error) {
	return hwmodel.Sensitivity(j.counts, j.profile, j.bill.Conditions, whatIf)
}

// report puts together what the page shows.
func (j *energyJob) report() (*energyreport.Report, error) {
	variations, err := j.sensitivity()
	if err != nil {
		return nil, err
	}
	r := &energyreport.Report{
		Network: j.net.Name, Version: j.result.Version, Activity: j.result.Activity, Steps: j.result.Outline.Steps,
		Bill: j.bill, Sensitivity: variations, Operations: j.operations, Conventional: j.conventional, Metrics: j.metrics, Config: j.result.Config,
	}
	if j.comparison != nil {
		r.Compared = j.comparison.Bills
	}
	return r, nil
}
