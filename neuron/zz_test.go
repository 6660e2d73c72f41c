package neuron
import ("testing";"syscall")
func cpu() float64 { var r syscall.Rusage; syscall.Getrusage(0,&r); return float64(r.Utime.Sec)+float64(r.Utime.Usec)/1e6 }
func TestZZ(t *testing.T){
 const n=10000
 th := make([]float64,n); for i:=range th { th[i] = -55-float64(i%7) }
 for _, m := range []Model{NewPSCDelta(),NewPSCExp(),NewPSCAlpha()} {
 for _,p := range Params(m) { if p.Name=="I_e" { m=p.With(m, 400) } }
 for _, v := range []string{"sum32","sum64","single","classes"} {
  b := Build{N:n,TickMs:0.1,Single:v=="single"}
  if v=="classes" { b.Each=map[string][]float64{"V_th":th} }
  st,_ := m.Build(b)
  in := make([]Input,len(m.Info().Ports))
  for p := range in { in[p].Quantum=0.25; if v=="sum64" {in[p].Sum64=make([]int64,n)} else {in[p].Sum32=make([]int32,n)} }
  var out Spikes
  c0 := cpu(); k:=0
  for ; k<3000; k++ { out.Neurons=out.Neurons[:0]; st.(Clocked).Step(int64(k+1),in,&out) }
  t.Logf("%s %s %.0f M/s", m.Info().Name, v, float64(n)*float64(k)/(cpu()-c0)/1e6)
 }
  st,_ := m.Build(Build{N:n,TickMs:.1,Lazy:true})
  in := make([]Input,len(m.Info().Ports)); for p:=range in {in[p]=Input{Sum32:make([]int32,n),Quantum:.25}}
  var out Spikes; var list []uint32; tot:=0
  c0:=cpu()
  for now:=int64(1); now<6000; now++ { list=list[:0]; out.Neurons=out.Neurons[:0]
    for i:=int(now%37); i<n; i+=37 { list=append(list,uint32(i)); in[0].Sum32[i]++ }
    st.(Lazy).Touch(now,list,in,&out); for _,i:=range list { st.(Lazy).Wake(int(i)) }; tot+=len(list) }
  t.Logf("%s touch %.1f M/s", m.Info().Name, float64(tot)/(cpu()-c0)/1e6)
 }
}
