import type { DocumentKind } from './fields.ts';

/** Templates of the product, in force until an office records its own. They quote no law: the office enters its legal basis itself. */
export const BUILT_IN: Readonly<Record<DocumentKind, string>> = {
  repairNotice: `# 超标维护修理告知书
> {{number}}

{{addressee}}：

　　你（单位）的 {{plate}}（{{plateColor}}，车辆识别代号 {{vin}}，{{stage}}）机动车，经{{foundBy}}发现下列情况。依据{{legalBasis}}，现告知如下。

## 一、车辆
{{vehicleTable}}

## 二、线索及其依据
{{findingTable}}
　　{{explanation}}

## 三、证据
{{evidenceTable}}

## 四、要求
　　请于 {{deadlineDay}}前（自本告知书出具之日起 {{workingDays}} 个工作日内）到汽车排放性能维护（维修）站（M 站）维护修理，并到排放检验机构（I 站）复检。复检合格后，本机关将以修复后的道路行驶数据复核。

## 五、陈述申辩
　　如有异议，可自收到本告知书之日起 {{objectionDays}} 个工作日内向本机关书面陈述、申辩，并可要求查阅、复制证据包。

　　{{leadStatement}}

　　联系：{{issuerContact}}，{{issuerAddress}}

> {{issuer}}
> {{today}}

{{receiptTable}}
`,
  rectification: `# 限期整改告知书
> {{number}}

{{addressee}}：

　　你（单位）的 {{plate}}（{{plateColor}}，车辆识别代号 {{vin}}，{{stage}}）机动车，案件编号 {{caseNumber}}（{{caseType}}），经{{foundBy}}发现下列情况。依据{{legalBasis}}，责令限期整改。

## 一、情况
{{findingTable}}
　　{{explanation}}

## 二、证据
{{evidenceTable}}

## 三、整改期限
　　请于 {{deadlineDay}}前（{{workingDays}} 个工作日）完成整改，并书面报告本机关。逾期未整改的，本机关将依法处理。

## 四、陈述申辩
　　如有异议，可自收到本告知书之日起 {{objectionDays}} 个工作日内向本机关书面陈述、申辩。

　　{{leadStatement}}

　　联系：{{issuerContact}}，{{issuerAddress}}

> {{issuer}}
> {{today}}

{{receiptTable}}
`,
  caseReport: `# 案件报告
> 案件编号 {{caseNumber}}

　　{{leadStatement}}

## 一、案件
　　车辆：{{plate}}；类型：{{caseType}}；来源：{{caseSource}}；立案：{{caseOpened}}；状态：{{caseState}}；区县：{{district}}；承办人：{{officer}}。

## 二、车辆与终端
{{vehicleTable}}
{{terminalTable}}

## 三、线索与判定
{{findingTable}}
　　{{explanation}}
{{figuresTable}}

## 四、证据
{{evidenceTable}}

## 五、办理经过
{{historyTable}}

## 六、文书
{{documentsTable}}

> {{issuer}}
> {{today}}
`,
  evidenceSheet: `# 证据说明
> 证据包 {{evidenceId}}

　　{{leadStatement}}

## 一、车辆
　　{{plate}}（{{plateColor}}），车辆识别代号 {{vin}}，{{stage}}，案件编号 {{caseNumber}}。
{{terminalTable}}

## 二、判定
{{findingTable}}
　　{{explanation}}
{{figuresTable}}

## 三、证据包
{{evidenceTable}}
　　证据包含有判定所依据的原始报文、样本、参数和规则版本，任何人可凭该文件独立重算判定。核验：{{verifyCommand}}

> {{issuer}}
> {{today}}
`,
};
