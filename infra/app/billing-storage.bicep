// The app's own data, BillingStorage. The app makes what is missing, but here it is known before the first start, and a test holds the lists against the code.
param location string
param tags object

@minLength(3)
@maxLength(24)
param name string

param isPrivate bool
param isZoneRedundant bool
param workspaceId string

@description('After how many days files of exports and uploads move to the cool tier. They are hardly read after the month in which they were made.')
param coolAfterDays int = 30

@description('After how many days files of exports and uploads are deleted: a year, and time to look at its last month.')
param deleteAfterDays int = 400

@description('How long deleted blobs can be brought back, in days.')
param undeleteDays int = 14

var tables = [
  'ConnectorOutbox'
  'ConnectorStates'
  'ConnectorTasks'
  'CustomerAudit'
  'CustomerInvoices'
  'Customers'
  'FailedJobs'
  'IdempotencyKeys'
  'MonthlyInvoices'
  'OpenInvoices'
  'OperatorActions'
  'Organizations'
  'QueueHistory'
  'RateLimits'
  'Runs'
  'Secrets'
  'ShadowActions'
  'ShadowComparisons'
  'ShadowInvoices'
  'StorageMode'
  'Subscriptions'
  'SyncPending'
  'Usage'
  'WebhookEvents'
]

var queues = [
  'bulk-jobs'
  'connector-salesforce'
  'connector-stripe'
  'customer-uploads'
  'invoice-emails'
  'invoice-lookups'
  'notices'
  'proofs'
  'salesforce-notices'
  'stripe-events'
  'subscription-imports'
  'subscriptions-to-fetch'
  'usage-groups'
  'usage-items'
]

var containers = [
  'exports'
  'uploads'
  'webhook-payloads'
]

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: isZoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

resource poisonQueue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for queue in queues: {
    parent: queueService
    name: '${queue}-poison'
  }
]

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: undeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: undeleteDays }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for container in containers: {
    parent: blobService
    name: container
    properties: { publicAccess: 'None' }
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'files'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['exports/', 'uploads/'] }
            actions: {
              baseBlob: {
                tierToCool: { daysAfterModificationGreaterThan: coolAfterDays }
                delete: { daysAfterModificationGreaterThan: deleteAfterDays }
              }
            }
          }
        }
        {
          // The inbox refers to these, so that only the app may delete them.
          name: 'payloads'
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['webhook-payloads/'] }
            actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: coolAfterDays } } }
          }
        }
      ]
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

// Who has deleted something. Reads and writes are thousands a second.
resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobService
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

output id string = account.id
output name string = account.name
