// What somebody should be told of. docs/operations.md has an entry for each, under its displayName. The tables are those of the workspace.
param location string
param tags object
param actionGroupName string
param availabilityTestName string
param insightsName string
param workspaceId string
param siteAddress string
param email string

@description('Whether months are invoiced, and so have an end that can be missed.')
param isInvoicingOn bool

var health = 'api-health'
var locations = ['emea-nl-ams-azr', 'us-va-ash-azr', 'apac-sg-sin-azr']

var alerts = [
  {
    name: 'failed-jobs'
    displayName: 'Failed or poison jobs'
    description: 'Something was given up, and waits for a person: GET /api/failed_jobs, or an invoice of a month.'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    firesOn: 'rows'
    enabled: true
    query: '''
union
    (AppMetrics
    | where Name == "billing.failed_jobs" and Sum > 0),
    (AppTraces
    | where (Message contains "The lookup for customer" and Message contains "failed after")
        or (Message contains "is not sent: the invoice is" and Message !contains "the invoice is Priced")
        or Message contains "is held: "),
    (AppMetrics
    | where Name == "billing.queue.messages" and tostring(Properties.queue) endswith "-poison" and Max > 0)
'''
  }
  {
    name: 'unsynced-for-an-hour'
    displayName: 'Unsynced for an hour'
    description: 'A change of usage, or of a customer, has waited for more than an hour to be sent to Stripe or Salesforce.'
    severity: 3
    frequency: 'PT15M'
    window: 'PT15M'
    firesOn: 'rows'
    enabled: true
    query: '''
AppMetrics
| where Name == "billing.sync.oldest_age"
    or (Name == "billing.queue.oldest_age" and tostring(Properties.queue) in ("connector-stripe", "connector-salesforce"))
| where Max > 3600
'''
  }
  {
    name: 'unsynced-for-a-day'
    displayName: 'Unsynced for a day'
    description: 'A change of usage, or of a customer, has waited for more than a day to be sent to Stripe or Salesforce.'
    severity: 1
    frequency: 'PT15M'
    window: 'PT15M'
    firesOn: 'rows'
    enabled: true
    query: '''
AppMetrics
| where Name == "billing.sync.oldest_age"
    or (Name == "billing.queue.oldest_age" and tostring(Properties.queue) in ("connector-stripe", "connector-salesforce"))
| where Max > 86400
'''
  }
  {
    name: 'webhook-failures'
    displayName: 'Webhook failures'
    description: 'Five webhooks or more of a quarter of an hour were not answered with 200. Stripe sends them again for three days.'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    firesOn: 'rows'
    enabled: true
    query: '''
AppRequests
| where Url has_any ("/api/webhooks/stripe", "/api/v1/endpoint/stripe", "/api/v1/stripe_events")
| where toint(ResultCode) >= 400
| summarize Failures = count()
| where Failures >= 5
'''
  }
  {
    name: 'throttled-calls'
    displayName: 'Throttled calls'
    description: 'Stripe has answered 429 although the app keeps to its limit: somebody else uses the account.'
    severity: 3
    frequency: 'PT15M'
    window: 'PT15M'
    firesOn: 'rows'
    enabled: true
    query: '''
AppMetrics
| where Name == "billing.stripe.throttled" and Sum > 0
'''
  }
  {
    name: 'rejected-transitions'
    displayName: 'Rejected subscription transitions'
    description: 'An event of Stripe asked for a change that a subscription in its state must not take.'
    severity: 3
    frequency: 'PT15M'
    window: 'PT15M'
    firesOn: 'rows'
    enabled: true
    query: '''
AppMetrics
| where Name == "billing.subscriptions.rejected" and Sum > 0
'''
  }
  {
    // Invoicing__Schedule starts a month on day 2 at 06:00; the last retry is over within eight hours. The sweeper counts a month at least once an hour.
    name: 'month-not-finished'
    displayName: 'Month not finished'
    description: 'Day 3 is over, and invoices of last month are still open.'
    severity: 1
    frequency: 'PT1H'
    window: 'PT2H'
    firesOn: 'rows'
    enabled: isInvoicingOn
    query: '''
AppMetrics
| where Name == "billing.invoices" and tostring(Properties.month) == format_datetime(startofmonth(now(), -1), "yyyy-MM")
| where tostring(Properties.status) in ("pending", "priced", "sending", "not_found")
| summarize arg_max(TimeGenerated, Max) by Status = tostring(Properties.status)
| where Max > 0 and dayofmonth(now()) == 4 and hourofday(now()) < 6
'''
  }
  {
    name: 'health-failing'
    displayName: 'Health failing'
    description: 'For a quarter of an hour nobody outside has had a 200 of /api/health.'
    severity: 0
    frequency: 'PT5M'
    window: 'PT15M'
    firesOn: 'silence'
    enabled: true
    query: '''
AppAvailabilityResults
| where Name == "api-health" and Success == true
'''
  }
  {
    name: 'sweeper-silent'
    displayName: 'Sweeper silent'
    description: 'The timer that puts back what was lost, and measures the queues, has not reported for a quarter of an hour.'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    firesOn: 'silence'
    enabled: true
    query: '''
AppMetrics
| where Name == "billing.sweep.duration"
'''
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'billing'
    emailReceivers: empty(email) ? [] : [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in alerts: {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.displayName
      description: '${rule.description} See docs/operations.md.'
      enabled: rule.enabled
      severity: rule.severity
      scopes: [workspaceId]
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      autoMitigate: rule.name != 'month-not-finished'
      // A table appears with its first row.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.firesOn == 'silence' ? 'LessThan' : 'GreaterThan'
            threshold: rule.firesOn == 'silence' ? 1 : 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroup.id] }
    }
  }
]

resource availabilityTest 'Microsoft.Insights/webtests@2022-06-15' = {
  name: availabilityTestName
  location: location
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: availabilityTestName
    Name: health
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: map(locations, place => { Id: place })
    Request: { RequestUrl: '${siteAddress}/api/health', HttpVerb: 'GET', ParseDependentRequests: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 7 }
  }
}
