// Package energyreport shows a bill to people: as a page that opens offline and prints well, and as bars in
// a terminal.
//
//	r := &energyreport.Report{Network: "conv", Bill: bill, Compared: bills, Sensitivity: variations,
//		Operations: operations, Conventional: references, Metrics: metrics}
//	err := r.WritePage(file)
//
// The page has the bill by layer and term with every price, its source, grade and operating point; bars by
// layer and by term; what has no price; the same counts on other chips; what other rates, weights and prices
// would change; a conventional network of the same graph beside published break-even points; the metrics of
// NeuroBench; and everything that was assumed. Its totals are those of the bill, to the last attojoule.
//
// Nothing in it depends on the wall clock or on the machine: equal bills give equal bytes.
package energyreport
