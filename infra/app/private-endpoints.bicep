param location string
param tags object
param prefix string
param hostStorageId string
param billingStorageId string
param vaultId string
param networkId string
param subnetId string

var vaultZone = 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
var storageZones = map(
  ['blob', 'queue', 'table'],
  service => 'privatelink.${service}.${environment().suffixes.storage}'
)
var zones = concat(storageZones, [vaultZone])
var targets = [
  { name: 'host-blob', id: hostStorageId, service: 'blob', zone: 0 }
  { name: 'host-queue', id: hostStorageId, service: 'queue', zone: 1 }
  { name: 'host-table', id: hostStorageId, service: 'table', zone: 2 }
  { name: 'billing-blob', id: billingStorageId, service: 'blob', zone: 0 }
  { name: 'billing-queue', id: billingStorageId, service: 'queue', zone: 1 }
  { name: 'billing-table', id: billingStorageId, service: 'table', zone: 2 }
  { name: 'vault', id: vaultId, service: 'vault', zone: 3 }
]

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zones: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for i in range(0, 4): {
    parent: zone[i]
    name: 'billing'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for target in targets: {
    name: '${prefix}${target.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        { name: target.name, properties: { privateLinkServiceId: target.id, groupIds: [target.service] } }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (target, i) in targets: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: 'zone', properties: { privateDnsZoneId: zone[target.zone].id } }]
    }
  }
]
