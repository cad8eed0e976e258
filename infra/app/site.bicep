import { defaultSettings } from 'settings.bicep'

param location string
param tags object
param name string
param planName string
param tier string
param identityId string
param identityClientId string
param hostStorageName string
param packagesContainer string
param billingStorageName string
param insightsName string
param workspaceId string
param vaultUri string
param subnetId string
param allowedAddresses array
param requireClientCertificate bool
param vaultSettings array
param settings object

@description('How many requests an instance works on at once. Webhooks that arrive together share a transaction, so that many on few instances cost less than few on many. As maxConcurrentRequests in host.json, above which the host answers 429.')
param httpConcurrency int = 128

@description('Instances at most: 40 is the least that some regions take.')
param maximumInstances int = 40

var storageSuffix = environment().suffixes.storage
var isProduction = tier == 'prod'

// The last word over what parameters say: without these the host does not start.
var platformSettings = {
  AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${storageSuffix}'
  AzureWebJobsStorage__queueServiceUri: 'https://${hostStorageName}.queue.${storageSuffix}'
  AzureWebJobsStorage__tableServiceUri: 'https://${hostStorageName}.table.${storageSuffix}'
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  BillingStorage__blobServiceUri: 'https://${billingStorageName}.blob.${storageSuffix}'
  BillingStorage__queueServiceUri: 'https://${billingStorageName}.queue.${storageSuffix}'
  BillingStorage__tableServiceUri: 'https://${billingStorageName}.table.${storageSuffix}'
  BillingStorage__credential: 'managedidentity'
  BillingStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AZURE_CLIENT_ID: identityClientId
}
var secretReferences = toObject(
  vaultSettings,
  setting => setting,
  setting => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${replace(setting, '__', '--')})'
)

// All but /api/webhooks/salesforce. Where no certificate is demanded anybody can write the header in which App Service puts it.
var pathsWithoutCertificate = [
  '/api/audit'
  '/api/bulk_jobs'
  '/api/connectors'
  '/api/customers'
  '/api/download_links'
  '/api/downloads'
  '/api/explain'
  '/api/exports'
  '/api/failed_jobs'
  '/api/forecasts'
  '/api/health'
  '/api/invoice_items'
  '/api/invoices'
  '/api/invoicing'
  '/api/openapi.json'
  '/api/organizations'
  '/api/proofs'
  '/api/queues'
  '/api/shadow'
  '/api/subscriptions'
  '/api/sync'
  '/api/tasks'
  '/api/uploads'
  '/api/usage'
  '/api/v1'
  '/api/webhook_events'
  '/api/webhooks/stripe'
  '/dashboard'
  '/runtime'
]

var allowedNetworks = [
  for (address, i) in allowedAddresses: {
    name: 'allowed-${i}'
    action: 'Allow'
    priority: 100 + i
    ipAddress: address
  }
]

// Asks for /api/health from outside, see alerts.bicep.
var availabilityTest = {
  name: 'availability-test'
  action: 'Allow'
  priority: 90
  tag: 'ServiceTag'
  ipAddress: 'ApplicationInsightsAvailability'
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostStorageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    clientCertEnabled: requireClientCertificate
    clientCertMode: 'Required'
    clientCertExclusionPaths: join(pathsWithoutCertificate, ';')
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.properties.primaryEndpoints.blob}${packagesContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstances
        instanceMemoryMB: 2048
        alwaysReady: isProduction ? [{ name: 'http', instanceCount: 1 }, { name: 'durable', instanceCount: 1 }] : []
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
    siteConfig: {
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      // They hold for all paths. The addresses that webhooks may come from are the app's own Webhooks__EnforceStripeIps.
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: empty(allowedAddresses) ? [] : concat(allowedNetworks, [availabilityTest])
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(defaultSettings, settings, secretReferences, platformSettings)
  }

  resource noFtpPassword 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noScmPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// What the platform writes when the app itself cannot, such as a worker that does not start.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output name string = site.name
output address string = 'https://${site.properties.defaultHostName}'
