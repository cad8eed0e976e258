// What BillingFunctions needs in Azure: one resource group. docs/deploy.md says how it is deployed, and what each parameter is for.
targetScope = 'subscription'

import { secretSettings } from 'app/settings.bicep'

@description('The name of the azd environment; it is part of the names of resources.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('The region. It must offer the Flex Consumption plan.')
param location string

@description('The object id of who deploys.')
param principalId string = ''

@description('What the deployer is.')
@allowed(['User', 'ServicePrincipal', 'Group'])
param principalType string = 'User'

@description('Whether the deployer may write secrets, and read and write the data of the app.')
param assignDeployerRoles bool = true

@description('prod keeps instances warm and copies of the data in three zones.')
@allowed(['dev', 'prod'])
param tier string = 'dev'

@description('Whether storage and vault are reached through private endpoints only.')
param usePrivateNetwork bool = false

@description('The networks that may call the app, such as 203.0.113.0/24, comma-separated; any when empty. Stripe and Salesforce call it too.')
param allowedAddresses string = ''

@description('Whether App Service demands a client certificate at the route for Salesforce; unless it does, Salesforce__ClientCertificate proves nothing.')
param requireClientCertificate bool = false

@description('The settings whose secrets are in the vault, comma-separated, such as Stripe__ApiKey,Stripe__WebhookSecrets. The others stay unset.')
param settingsInVault string = ''

@description('Who gets the alerts and warnings of the budget; nobody when empty.')
param alertEmail string = ''

@description('What a month may cost, in the currency of the subscription; no budget when 0.')
@minValue(0)
param monthlyBudget int = 100

@description('The first day of the month since when the budget counts, such as 2026-12-01; this month when empty. Azure refuses to change it.')
param budgetStart string = ''

@description('The first day of this month. Not to be set.')
param thisMonth string = utcNow('yyyy-MM-01')

@description('Amounts__BaseUrl; without it invoicing is off.')
param amountsBaseUrl string = ''

@description('Email__From; without it no mail is sent.')
param emailFrom string = ''

@description('Email__Smtp__Host; without it no mail is sent.')
param emailHost string = ''

@description('Salesforce__InstanceUrl; without it the connector is off.')
param salesforceInstanceUrl string = ''

@description('Other settings than those of app/settings.bicep, by name. They win.')
param settings object = {}

var abbreviations = loadJsonContent('abbreviations.json')
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var startOfBudget = empty(budgetStart) ? thisMonth : budgetStart
var vaultSettings = filter(map(split(settingsInVault, ','), name => trim(name)), name => contains(secretSettings, name))
var given = {
  Amounts__BaseUrl: amountsBaseUrl
  Email__From: emailFrom
  Email__Smtp__Host: emailHost
  Salesforce__InstanceUrl: salesforceInstanceUrl
}

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: '${abbreviations.resourceGroup}${environmentName}'
  location: location
  tags: tags
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: '${abbreviations.logAnalyticsWorkspace}${token}'
    insightsName: '${abbreviations.applicationInsights}${token}'
  }
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: '${abbreviations.managedIdentity}${token}'
  }
}

module network 'app/network.bicep' = if (usePrivateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    name: '${abbreviations.virtualNetwork}${token}'
  }
}

module hostStorage 'app/host-storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: '${abbreviations.storageAccount}host${token}'
    isPrivate: usePrivateNetwork
    isZoneRedundant: tier == 'prod'
  }
}

module billingStorage 'app/billing-storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: '${abbreviations.storageAccount}bill${token}'
    isPrivate: usePrivateNetwork
    isZoneRedundant: tier == 'prod'
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'app/vault.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: '${abbreviations.keyVault}${token}'
    isPrivate: usePrivateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module endpoints 'app/private-endpoints.bicep' = if (usePrivateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    prefix: abbreviations.privateEndpoint
    hostStorageId: hostStorage.outputs.id
    billingStorageId: billingStorage.outputs.id
    vaultId: vault.outputs.id
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointsSubnetId
  }
}

module roles 'app/roles.bicep' = {
  scope: group
  params: {
    identityPrincipalId: identity.outputs.principalId
    deployerPrincipalId: assignDeployerRoles ? principalId : ''
    deployerType: principalType
    hostStorageName: hostStorage.outputs.name
    billingStorageName: billingStorage.outputs.name
    vaultName: vault.outputs.name
    insightsName: monitoring.outputs.insightsName
  }
}

module site 'app/site.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: '${abbreviations.functionApp}${token}'
    planName: '${abbreviations.servicePlan}${token}'
    tier: tier
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostStorageName: hostStorage.outputs.name
    packagesContainer: hostStorage.outputs.packagesContainer
    billingStorageName: billingStorage.outputs.name
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
    vaultUri: vault.outputs.uri
    subnetId: usePrivateNetwork ? network!.outputs.siteSubnetId : ''
    allowedAddresses: empty(allowedAddresses) ? [] : map(split(allowedAddresses, ','), address => trim(address))
    requireClientCertificate: requireClientCertificate
    vaultSettings: vaultSettings
    settings: union(given, settings)
  }
  dependsOn: [roles, endpoints]
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    actionGroupName: '${abbreviations.actionGroup}${token}'
    availabilityTestName: '${abbreviations.availabilityTest}${token}'
    insightsName: monitoring.outputs.insightsName
    workspaceId: monitoring.outputs.workspaceId
    siteAddress: site.outputs.address
    email: alertEmail
    isInvoicingOn: !empty(amountsBaseUrl)
  }
}

module workbook 'app/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

module budget 'app/budget.bicep' = if (monthlyBudget > 0 && !empty(alertEmail)) {
  scope: group
  params: {
    name: '${abbreviations.budget}${token}'
    amount: monthlyBudget
    start: startOfBudget
    email: alertEmail
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = site.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output SERVICE_API_NAME string = site.outputs.name
output BILLING_BUDGET_START string = startOfBudget
output BILLING_DASHBOARD_ADDRESS string = '${site.outputs.address}/dashboard/'
output BILLING_STORAGE_NAME string = billingStorage.outputs.name
output BILLING_WEBHOOK_ADDRESS string = '${site.outputs.address}/api/webhooks/stripe'
output BILLING_WORKBOOK_ID string = workbook.outputs.id
