var w=navigator.serviceWorker;w&&w.register("/sw.js").then(()=>w.ready).then(r=>r.active.postMessage(document.documentElement.outerHTML)).catch(()=>0)
