import { defaultFleet, history } from './index.ts';
import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
const from=Date.parse('2026-11-22T00:00:00+08:00')/1000;
const specs=defaultFleet(1);
let t0=performance.now(); let msgs=0,samples=0,bytes=0; const keep:any[]=[];
for(const b of history(specs,from,from+86400)){ for(const m of b){msgs++;samples+=m.samples;bytes+=m.payload.length; if(keep.length<20000)keep.push(m);} }
const cpu=process.cpuUsage(); console.log('gen',msgs,samples,bytes,(performance.now()-t0).toFixed(0),'ms',(samples/(performance.now()-t0)*1000).toFixed(0),'/s', process.memoryUsage().rss/1e6|0);
const c=new SampleColumns(); let rej=0,rows=0,obd=0,ctl=0,und=0; const byId=new Map<string,any>();
for(const m of keep){c.clear(); const s:any=byId.get(m.terminalId); const d=decodeMessage(m.payload,c,{recordPeriodS:1,...(s?{stickyLayout:s}:{})}); rows+=c.count; if(c.count!==m.samples)console.log('mismatch',m.terminalId,c.count,m.samples); for(const p of d.parts){rej+=p.rejections.length;obd+=p.obd.length;ctl+=p.controls.length;und+=p.undecodedBytes+p.unknownKeys; if(p.rejections[0]&&rej<5)console.log(p.rejections[0]); if(p.layout)byId.set(m.terminalId,p.layout)} rej+=d.rejections.length}
console.log({rows,rej,obd,ctl,und});
