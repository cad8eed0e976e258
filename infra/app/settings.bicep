// The app's settings, docs/deploy.md. What the host reads for triggers must be set here: a default in the worker would have no effect.

@export()
@description('The settings that hold a secret, or may: an address can have a password in it. Each is a reference to the vault, where __ is --, or is not set.')
var secretSettings = [
  'Amounts__BaseUrl'
  'Stripe__ApiKey'
  'Stripe__WebhookSecrets'
  'Email__Smtp__UserName'
  'Email__Smtp__Password'
  'Salesforce__ClientId'
  'Salesforce__ClientSecret'
  'Salesforce__NoticeSecret'
  'Notices__Secret'
]

@export()
@description('All other settings, with the values that they have unless a parameter gives others. What is empty is not set.')
var defaultSettings = {
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '210000000'

  Stripe__ApiBase: ''
  Stripe__RateLimit: ''
  Stripe__EndpointRateLimit: '20/1'

  Webhooks__EnforceStripeIps: 'false'
  Webhooks__ForwardedHeader: ''
  Webhooks__ConnectedAccounts: 'false'
  Webhooks__StripeIps: ''
  Subscriptions__GracePeriod: '00:00:00'

  Amounts__BaseUrl: ''
  Amounts__RateLimit: '50/1'
  Invoicing__Schedule: '0 0 6 2 * *'
  Invoicing__MaxQueueDepth: '500'
  Invoicing__MaxNotFoundShare: '0.05'
  Invoicing__OnUnknownDelivery: 'Hold'
  Invoicing__RetryDelays: '00:00:30,00:02:00,00:10:00,01:00:00,06:00:00'
  Email__From: ''
  Email__Smtp__Host: ''
  Email__Smtp__Port: '587'
  Email__Smtp__UseTls: 'true'

  Sync__Mode: 'adaptive'
  Sync__GroupAbove: '1000'
  Sync__RealTimeBelow: '95'
  Sync__MaxLinesPerInvoice: '250'
  Sync__Finalize: 'draft'
  Sync__Window: '00:00-04:00'
  UsageBilling__CloseAfter: '1.00:00:00'
  Queues__usage__MaxAttempts: '3'
  Queues__usage__Backoff: '00:00:10,00:01:00'

  Customers__IdMetadataKey: 'billing_customer_id'
  Salesforce__InstanceUrl: ''
  Salesforce__Object: 'Account'
  Salesforce__ExternalIdField: 'Billing_Customer_Id__c'
  Salesforce__InvoiceObject: ''
  Salesforce__InvoiceExternalIdField: 'Billing_Invoice_Id__c'
  Salesforce__OrganizationId: ''
  Salesforce__SourceAddresses: ''
  Salesforce__ClientCertificate: ''
  Salesforce__RateLimit: '10/1'

  Shadow__Enabled: 'false'

  Retention__WebhookEvents: '90'
  Retention__Runs: '365'
  Retention__IdempotencyKeys: '2'
  Retention__Audit: '1095'
}
